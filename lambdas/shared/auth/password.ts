import { argon2id, argon2Verify } from 'hash-wasm';
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { WeakPassword } from './errors';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
const parameters = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

const shortest = 8;
const longest = 200;
const shopName = 'yorozu';

/** A password as it is sent, in whatever Unicode form a keyboard made. */
export const passwordInput = z.string().min(1).max(longest);

/** The one form in which passwords are hashed: a keyboard's composition or width must not decide (NIST SP 800-63B 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}

/**
 * Throws {@link WeakPassword}. NIST SP 800-63B: length counts, and that nobody would guess it early; composition rules
 * do not.
 */
export async function assertStrong(password: string, email: string): Promise<void> {
  const plain = normalised(password);
  if ([...plain].length < shortest) {
    throw new WeakPassword('WEAK_PASSWORD', `must have at least ${shortest} characters`);
  }
  const lower = plain.toLowerCase();
  if (new Set(lower).size < 4 || isAboutUs(lower, email.toLowerCase()) || (await isCommon(lower))) {
    throw new WeakPassword('COMMON_PASSWORD', 'is too easy to guess');
  }
}

/** The address, the part before its @, or the name of the shop, with or without digits and signs around. */
function isAboutUs(password: string, email: string): boolean {
  const mailbox = email.slice(0, email.lastIndexOf('@'));
  const bare = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const bareMailbox = mailbox.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return (
    [email, mailbox, shopName].some((word) => word === password || word === bare) ||
    (bareMailbox.length >= 4 && bare === bareMailbox)
  );
}

let common: Promise<ReadonlySet<string>> | undefined;

/** Among the 49,000 most common passwords of leaks. The list takes 20 ms to unpack, which only sign-ups pay, once. */
async function isCommon(lower: string): Promise<boolean> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common'].map((word) => word.toLowerCase())),
  );
  return (await common).has(lower);
}

/** PHC string `$argon2id$v=19$m=19456,t=2,p=1$…`. */
export function hashPassword(password: string): Promise<string> {
  return argon2id({
    ...parameters,
    password: normalised(password),
    salt: randomBytes(16),
    outputType: 'encoded',
  });
}

/** A hash with our parameters that no password has: checking it costs what checking a real one costs. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/**
 * Takes the same time whether there is a hash (an account with a password) or not. Hashes from before passwords were
 * normalised match the password as it is sent.
 */
export async function verifyPassword(password: string, hash: string | undefined): Promise<boolean> {
  for (const form of new Set([normalised(password), password])) {
    const matches = await argon2Verify({ password: form, hash: hash ?? nobody });
    if (matches && hash !== undefined) return true;
  }
  return false;
}
