import { argon2id, argon2Verify } from 'hash-wasm';
import { randomBytes } from 'node:crypto';
import { WeakPassword } from './errors';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const parameters = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

const shortest = 8;
/** Passwords that every list of leaked ones starts with, and would pass the other rules. */
const common = new Set([
  '11111111',
  '12341234',
  '12345678',
  '123456789',
  '1234567890',
  '1q2w3e4r',
  '1qaz2wsx',
  'abc12345',
  'abcd1234',
  'baseball',
  'football',
  'iloveyou',
  'letmein1',
  'p@ssw0rd',
  'passw0rd',
  'password',
  'password1',
  'password123',
  'princess',
  'qwerty123',
  'qwertyui',
  'qwertyuiop',
  'sunshine',
  'superman',
  'trustno1',
  'welcome1',
  'zaq12wsx',
]);

/** Throws {@link WeakPassword}. NIST SP 800-63B: length and known passwords count, composition rules do not. */
export function assertStrong(password: string, email: string): void {
  const lower = password.toLowerCase();
  if ([...password].length < shortest) throw new WeakPassword(`must have at least ${shortest} characters`);
  if (new Set(lower).size < 4 || common.has(lower)) throw new WeakPassword('is too easy to guess');
  const mailbox = email.toLowerCase().split('@')[0] ?? '';
  if (lower === email.toLowerCase() || (mailbox.length >= 4 && lower === mailbox)) {
    throw new WeakPassword('must not be the e-mail address');
  }
}

/** PHC string `$argon2id$v=19$m=19456,t=2,p=1$…`. */
export function hashPassword(password: string): Promise<string> {
  return argon2id({ ...parameters, password, salt: randomBytes(16), outputType: 'encoded' });
}

/** A hash with our parameters that no password has: checking it costs what checking a real one costs. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Takes the same time whether there is a hash (an account with a password) or not. */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  const matches = await argon2Verify({ password, hash: hash ?? nobody });
  return matches && hash !== undefined;
}
