import { addNumbers, canonicalNumber, compareNumbers, numberSize, subtractNumbers } from './decimal';

it.each([
  ['0', '0'],
  ['-0', '0'],
  ['007', '7'],
  ['1.50', '1.5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['+3', '3'],
  ['1e2', '100'],
  ['1.25E-3', '0.00125'],
  ['-120e-1', '-12'],
  ['1E125', `1${'0'.repeat(125)}`],
  ['1E-130', `0.${'0'.repeat(129)}1`],
  ['0.000', '0'],
])('%s is kept as %s', (given, kept) => {
  expect(canonicalNumber(given)).toBe(kept);
});

it.each([
  ['', 'cannot be converted'],
  ['.', 'cannot be converted'],
  ['1e', 'cannot be converted'],
  ['0x1', 'cannot be converted'],
  ['NaN', 'cannot be converted'],
  ['1E126', 'overflow'],
  ['1E-131', 'underflow'],
  ['1'.repeat(39), '38 significant digits'],
])('%s is refused', (given, message) => {
  expect(() => canonicalNumber(given)).toThrow(message);
});

it('calculates without rounding', () => {
  expect(addNumbers('0.1', '0.2')).toBe('0.3');
  expect(addNumbers('99999999999999999999999999999999999999', '-1')).toBe(
    '99999999999999999999999999999999999998',
  );
  expect(addNumbers('999999999999999', '999999999999999')).toBe('1999999999999998');
  expect(subtractNumbers('1', '1')).toBe('0');
  expect(subtractNumbers('1', '-1')).toBe('2');
  expect(subtractNumbers('0', '0.5')).toBe('-0.5');
  expect(() => addNumbers('99999999999999999999999999999999999999', '0.1')).toThrow('38 significant digits');
});

it('orders by value', () => {
  const ordered = [
    '-1000000000000000000',
    '-10',
    '-9.5',
    '-0.001',
    '0',
    '0.0000000000000000001',
    '0.5',
    '9',
    '10',
    '10000000000000000001',
  ];
  const shuffled = [...ordered].sort().reverse();
  expect(shuffled.sort(compareNumbers)).toEqual(ordered);
});

it.each([
  ['0', 1],
  ['100', 2],
  ['12345', 4],
  ['-12345', 5],
  ['0.0012', 2],
])('%s takes %d bytes', (number, size) => {
  expect(numberSize(number)).toBe(size);
});
