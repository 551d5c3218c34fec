import { createEvent, EventValidationError, parseEnvelope, statusesBefore } from '.';
import { readOlderSchemas, readSchemas } from '../scripts/schemas';

const example = readSchemas().find((schema) => schema.title === 'StockReserved')?.examples[0] as never;
const input = {
  productId: 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11',
  quantity: 2,
  available: 18,
  orderId: '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90',
};

describe('createEvent', () => {
  it('takes source and version from the catalogue and adds the metadata', () => {
    const now = new Date('2026-10-29T10:00:00Z');
    const event = createEvent('StockReserved', input, { correlationId: 'c-1', causationId: 'e-0', now });
    expect(event).toMatchObject({ source: 'stock-service.stock', detailType: 'StockReserved' });
    expect(event.detail).toEqual({
      ...input,
      timestamp: '2026-10-29T10:00:00.000Z',
      metadata: { eventId: event.eventId, schemaVersion: '1.0', correlationId: 'c-1', causationId: 'e-0' },
    });
  });

  it('refuses a detail that its schema refuses, naming the member', () => {
    expect(() => createEvent('StockReserved', { ...input, quantity: -1 }, { correlationId: 'c' })).toThrow(
      '/quantity must be >= 0',
    );
  });
});

describe('parseEnvelope', () => {
  const envelope = {
    id: 'x',
    source: 'stock-service.stock',
    'detail-type': 'StockReserved',
    time: '',
    detail: example,
  };

  it('reads the JSON text of a queue message', () => {
    expect(parseEnvelope(JSON.stringify(envelope), ['StockReserved']).detail.quantity).toBe(2);
  });
  it('accepts members that a later version added', () => {
    const later = { ...envelope, detail: { ...(example as object), warehouse: 'tokyo' } };
    expect(parseEnvelope(later, ['StockReserved']).detail.available).toBe(18);
  });
  it.each([
    ['another kind', { ...envelope, 'detail-type': 'StockReleased' }],
    ['a foreign source', { ...envelope, source: 'elsewhere' }],
    ['a missing member', { ...envelope, detail: { ...(example as object), quantity: undefined } }],
  ])('refuses %s', (_, wrong) => {
    expect(() => parseEnvelope(JSON.stringify(wrong), ['StockReserved'])).toThrow(EventValidationError);
  });
  it.each(readOlderSchemas().flatMap((schema) => schema.examples.map((detail) => [schema.title, detail])))(
    'still reads %s of the major version before',
    (title, detail) => {
      const name = title as 'OrderCreated';
      const source = name === 'OrderCreated' ? 'core-api.orders' : 'order-saga.orders';
      expect(parseEnvelope({ source, 'detail-type': name, detail }, [name]).detail).toEqual(detail);
    },
  );
  it('refuses a major version that it does not know', () => {
    const { metadata } = example as { metadata: object };
    const detail = { ...(example as object), metadata: { ...metadata, schemaVersion: '9.0' } };
    expect(() => parseEnvelope({ ...envelope, detail }, ['StockReserved'])).toThrow('9.0 is not read here');
  });
  it('refuses what is not JSON', () => {
    expect(() => parseEnvelope('{', ['StockReserved'])).toThrow(EventValidationError);
  });
});

it('statusesBefore: where an order may come from', () => {
  expect(statusesBefore('completed')).toEqual(['processing']);
  expect(statusesBefore('failed')).toEqual(['pending', 'processing']);
  expect(statusesBefore('pending')).toEqual([]);
});
