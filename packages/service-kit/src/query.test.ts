import * as z from 'zod';
import { decimalInteger, pageQuery, withoutBlank } from './query';

const schema = z.object({ ...pageQuery, maxPrice: decimalInteger(0, 1_000).optional() });
const read = (query: object) => schema.safeParse(withoutBlank(query));

it('takes a blank parameter as absent', () => {
  expect(read({ maxPrice: '', page: ' ' }).data).toEqual({ page: 1, pageSize: 24 });
});

it.each(['0x20', '1e2', '-1', '1.5', '1001', 'ten', '１'])('refuses %s', (maxPrice) => {
  expect(read({ maxPrice }).success).toBe(false);
});

it('takes decimal digits', () => {
  expect(read({ maxPrice: '0999', pageSize: '100' }).data).toEqual({ page: 1, pageSize: 100, maxPrice: 999 });
});
