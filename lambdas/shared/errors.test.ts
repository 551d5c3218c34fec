import { classified, DomainError, isTransient, TransientError } from './errors';
import { OrderCancelled, PaymentDeclined, PaymentTimeout } from './payments/port';
import { OutOfStock } from './stock-client';

test.each([
  ['OutOfStock', 'OUT_OF_STOCK', new OutOfStock()],
  ['PaymentDeclined', 'PAYMENT_DECLINED', new PaymentDeclined('card_declined')],
  ['OrderCancelled', 'ORDER_CANCELLED', new OrderCancelled('o-1')],
  ['PaymentTimeout', 'PAYMENT_TIMEOUT', new PaymentTimeout()],
  ['TransientError', 'X', new TransientError('X', 'x')],
])('%s keeps the name the state machine matches', (name, code, error) => {
  expect(error).toMatchObject({ name, code });
});

test.each([
  ['throttling', { name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 400 } }],
  ['a 500 of AWS', { name: 'InternalServerError', $fault: 'server', $metadata: { httpStatusCode: 500 } }],
  ['429', { name: 'Whatever', $metadata: { httpStatusCode: 429 } }],
  ['a refused connection', { name: 'Error', code: 'ECONNREFUSED' }],
  ['a timeout', { name: 'TimeoutError' }],
  ['a failed fetch', { name: 'TypeError', cause: { code: 'ECONNRESET' } }],
])('%s is transient', (_what, traits) => {
  const error = Object.assign(new Error('boom'), traits);
  expect(isTransient(error)).toBe(true);
  expect(classified(error)).toMatchObject({ name: 'TransientError', cause: error });
});

test.each([
  [
    'a condition that failed',
    { name: 'ConditionalCheckFailedException', $metadata: { httpStatusCode: 400 } },
  ],
  ['a refused permission', { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } }],
  ['a bug', { name: 'TypeError' }],
])('%s is not', (_what, traits) => {
  const error = Object.assign(new Error('boom'), traits);
  expect(isTransient(error)).toBe(false);
  expect(classified(error)).toBe(error);
});

test('a business error is never retried, whatever caused it', () => {
  const error = new DomainError('NO', 'no', { cause: { code: 'ECONNRESET' } });
  expect(classified(error)).toBe(error);
});
