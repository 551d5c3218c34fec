import * as z from 'zod';
import { fieldErrors } from './field-errors';
import { text } from './text';

const schema = z.object({
  email: z.email(),
  items: z.array(z.object({ quantity: z.number().int().min(1).max(99) })).min(1),
  address: z.object({ city: text(1, 5) }),
});

function faults(value: unknown): [string, string][] {
  const { error } = schema.safeParse(value);
  return error ? fieldErrors(error, value).map(({ path, code }) => [path, code]) : [];
}

it('names each field and what is wrong with it', () => {
  expect(
    faults({ email: 'x', items: [{ quantity: 0 }, { quantity: 'two' }, {}], address: { city: '' } }),
  ).toEqual([
    ['email', 'INVALID_FORMAT'],
    ['items[0].quantity', 'TOO_SMALL'],
    ['items[1].quantity', 'INVALID_TYPE'],
    ['items[2].quantity', 'REQUIRED'],
    ['address.city', 'REQUIRED'],
  ]);
  expect(faults({ email: 'a@b.jp', items: [], address: { city: 'abcdef' } })).toEqual([
    ['items', 'REQUIRED'],
    ['address.city', 'TOO_LONG'],
  ]);
  expect(faults({ email: 'a@b.jp', items: [{ quantity: 1 }], address: { city: 'a\u0000' } })).toEqual([
    ['address.city', 'INVALID_TEXT'],
  ]);
  expect(faults(null)).toEqual([['', 'INVALID_TYPE']]);
});
