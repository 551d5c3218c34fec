/** Test tokens of the payment sandbox (docs: README). */
export const sandboxCards = [
  'tok_visa',
  'tok_chargeDeclined',
  'tok_insufficientFunds',
  'tok_timeout',
  'tok_slow',
  'tok_deductFails',
] as const;
export type SandboxCard = (typeof sandboxCards)[number];
