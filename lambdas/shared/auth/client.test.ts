import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { clientOf } from './client';

/** As API Gateway hands it over: the caller's address, and the header that the address has been appended to. */
function event(sourceIp: string, written?: string): { event: APIGatewayProxyEventV2 } {
  const forwardedFor = written === undefined ? sourceIp : `${written}, ${sourceIp}`;
  const parts = { headers: { 'x-forwarded-for': forwardedFor }, requestContext: { http: { sourceIp } } };
  return { event: parts as unknown as APIGatewayProxyEventV2 };
}

test('a client is whoever calls API Gateway, whatever they wrote into the header', () => {
  const client = clientOf('');
  expect(client(event('192.0.2.1', '198.51.100.1'))).toBe('192.0.2.1');
  expect(client(event('2001:db8:0:1::9', '198.51.100.1'))).toBe('2001:db8:0:1::/64');
});

test('behind a proxy that is named it is whoever called that one', () => {
  const client = clientOf('203.0.113.0/24');
  expect(client(event('203.0.113.7', '198.51.100.1'))).toBe('198.51.100.1');
  expect(client(event('203.0.113.7', '10.9.9.9, 198.51.100.1'))).toBe('198.51.100.1');
  expect(client(event('192.0.2.1', '198.51.100.1'))).toBe('192.0.2.1');
});
