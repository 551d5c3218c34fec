import { faultOf, isUnavailable } from './unavailable';

const error = (traits: object, message = 'boom') => Object.assign(new Error(message), traits);

test.each([
  ['a reset connection', error({ code: 'ECONNRESET' }), 'lost'],
  ['a backend that was ended', error({ code: '57P01' }), 'lost'],
  ['a server that became a replica', error({ code: '25006' }), 'lost'],
  ['a connection that ended', error({}, 'Connection terminated unexpectedly'), 'lost'],
  ['a statement without an answer', error({}, 'Query read timeout'), 'lost'],
  [
    'a connection in error',
    error({}, 'Client has encountered a connection error and is not queryable'),
    'lost',
  ],
  ['a refused connection', error({ code: 'ECONNREFUSED' }), 'away'],
  ['a refusal of every address', new AggregateError([error({ code: 'ECONNREFUSED' })]), 'away'],
  ['a failed fetch', error({ name: 'TypeError', cause: { code: 'ECONNREFUSED' } }), 'away'],
  ['no connection in time', error({}, 'timeout exceeded when trying to connect'), 'away'],
  ['a silent server', error({}, 'Connection terminated due to connection timeout'), 'away'],
  ['too many connections', error({ code: '53300' }), 'away'],
  ['a full disk', error({ code: '53100' }), 'away'],
  ['a server that starts', error({ code: '57P03' }), 'away'],
  ['throttling', error({ name: 'ThrottlingException', $fault: 'client' }), 'away'],
  ['a 500 of AWS', error({ $fault: 'server', $metadata: { httpStatusCode: 500 } }), 'away'],
  ['429', error({ $metadata: { httpStatusCode: 429 } }), 'away'],
  ['an AWS time-out', error({ name: 'TimeoutError' }), 'away'],
  ['a Redis that is silent', error({}, 'Command timed out'), 'away'],
  ['a Redis that starts', error({ name: 'ReplyError' }, 'LOADING Redis is loading'), 'away'],
  ['a deadlock', error({ code: '40P01' }), 'busy'],
  ['a statement that took too long', error({ code: '57014' }), 'busy'],
])('%s', (_what, fault, expected) => {
  expect(faultOf(fault)).toBe(expected);
  expect(isUnavailable(fault)).toBe(true);
});

test.each([
  ['a duplicate key', error({ code: '23505' })],
  ['a syntax error', error({ code: '42601' })],
  [
    'a failed condition',
    error({ name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } }),
  ],
  ['a refused permission', error({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } })],
  ['a bug', new TypeError('x is not a function')],
  ['nothing', undefined],
  ['a text', 'ECONNREFUSED'],
])('%s is nobody being away', (_what, fault) => {
  expect(isUnavailable(fault)).toBe(false);
});
