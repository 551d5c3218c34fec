import { digest } from './checksum';

// The check values of the CRC catalogue, for "123456789".
it.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
] as const)('%s', (algorithm, hex) => {
  expect(Buffer.from(digest(algorithm, Buffer.from('123456789')), 'base64').toString('hex')).toBe(hex);
});
