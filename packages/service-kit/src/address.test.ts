import { phoneNumber, postalCode, shippingAddress } from './address';

it.each(['100-0001', '1000001', '１００－０００１', '〒100-0001', '１００ー０００１', ' 100 0001 '])(
  'the postcode %j is 100-0001',
  (value) => expect(postalCode.parse(value)).toBe('100-0001'),
);

it.each(['100-001', '12345678', 'abc-defg', '', 'x'.repeat(5_000)])('%j is no postcode', (value) =>
  expect(postalCode.safeParse(value).success).toBe(false),
);

it.each([
  ['０９０−１２３４−５６７８', '090-1234-5678'],
  ['+81 90 1234 5678', '+81 90 1234 5678'],
  ['(03) 1234-5678', '(03) 1234-5678'],
])('the phone number %s is taken as %s', (given, taken) => expect(phoneNumber.parse(given)).toBe(taken));

it.each(['0---------', '123456789', '+1234567890123456', '090-1234-567x'])('%s is no phone number', (value) =>
  expect(phoneNumber.safeParse(value).success).toBe(false),
);

it('an address without a second line is whole', () => {
  const address = {
    name: '山田 花子',
    postalCode: '1000001',
    prefecture: '東京都',
    city: '千代田区',
    line1: '千代田１－１',
    phone: '090-0000-0000',
  };
  expect(shippingAddress.parse(address)).toEqual({ ...address, postalCode: '100-0001' });
});
