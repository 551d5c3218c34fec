import { request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSearch } from '../search';
import { createLocal } from '../services/local';
import { createS3 } from '../services/s3';
import { createSecrets } from '../services/secretsmanager';
import { TestCloud } from '../services/testing';
import { createEndpoint } from './server';
import { ownHosts } from './visitors';

type Headers = Record<string, string>;

let cloud: TestCloud;
let servers: { aws: Server; search: Server };

beforeAll(async () => {
  cloud = await TestCloud.create();
  const context = await cloud.restart();
  const images = {
    name: 'images',
    publicRead: true,
    cors: [{ allowedMethods: ['PUT'], allowedHeaders: ['*'] }],
  };
  const modules = [
    await createSecrets(context, { keys: 'private' }),
    await createS3(context, [images], cloud.directory),
    createLocal({ pages: [], health: () => ({}) }),
  ];
  const isOwnHost = ownHosts('cloud,.example.test');
  servers = { aws: createEndpoint(modules, isOwnHost), search: await createSearch(context.store, isOwnHost) };
  for (const server of Object.values(servers))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  for (const server of Object.values(servers)) server.close();
  await cloud.close();
});

async function call(
  server: Server,
  method: string,
  path: string,
  headers: Headers,
  body = '',
): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = send({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      void response.toArray().then((chunks) => resolve(`${response.statusCode} ${chunks.join('')}`));
    });
    request.on('error', reject).end(body);
  });
}

const signed = (service: string): Headers => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/r/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const target = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
const shop = { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' };

const secret = (headers: Headers): Promise<string> =>
  call(servers.aws, 'POST', '/', { ...target, ...headers }, '{"SecretId":"keys"}');
const search = (headers: Headers, method = 'GET'): Promise<string> =>
  call(servers.search, method, '/', headers, method === 'GET' ? '' : '{}');

it.each([
  'localhost:4566',
  '127.0.0.1:1',
  '[::1]:1',
  'images.localhost:4566',
  'cloud:4566',
  'a.example.test',
])('is called %s', async (host) => {
  expect(await secret({ host })).toContain('private');
  expect(await search({ host })).toMatch(/^200/);
});

it.each([
  'rebound.example',
  'rebound.example:4566',
  'localhost.example',
  '10.0.0.1',
  'localhost@rebound.example',
])('is not called %s', async (host) => {
  expect(await secret({ host })).toMatch(/^421 (?!.*private)/s);
  expect(await search({ host })).toMatch(/^421/);
  expect(await call(servers.aws, 'GET', '/_local/health', { host })).toMatch(/^421/);
});

it.each<Headers>([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  shop,
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
])('gives pages nothing: %j', async (page) => {
  expect(await secret(page)).toMatch(/^403 (?!.*private)/s);
  expect(await secret({ ...page, ...signed('secretsmanager') })).toMatch(/^403/);
  expect(await call(servers.aws, 'GET', '/?Action=Publish', { ...page, ...signed('sns') })).toMatch(/^403/);
  const query = '/?Action=Publish&X-Amz-Credential=a/b/c/sns/aws4_request';
  expect(await call(servers.aws, 'GET', query, page)).toMatch(/^403/);
  expect(await search(page, 'POST')).toMatch(/^403/);
  // Nobody's page holds credentials: not even S3 takes a signed header from one.
  const put = await call(servers.aws, 'PUT', '/images/planted', { ...page, ...signed('s3') }, 'x');
  expect(put).toMatch(/^403/);
});

it('serves browsers what is theirs: links, pages of its own, public objects', async () => {
  await call(servers.aws, 'PUT', '/images/a', signed('s3'), 'picture');
  expect(await call(servers.aws, 'GET', '/images/a', shop)).toBe('200 picture');
  const preflight = { ...shop, 'access-control-request-method': 'PUT' };
  expect(await call(servers.aws, 'OPTIONS', '/images/a', preflight)).toMatch(/^200/);
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
  expect(await call(servers.aws, 'GET', '/_local/health', link)).toMatch(/^200/);
  const own = { host: 'localhost:9200', origin: 'http://localhost:9200', 'sec-fetch-site': 'same-origin' };
  expect(await search(own)).toMatch(/^200/);
});
