import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../clients';
import { DomainError, isTransient } from '../errors';

/** A private JWK (RFC 7517) on P-256 with its id. */
export interface SigningKey {
  readonly kid: string;
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
}

/** The secret does not hold what it must; the message says what. */
export class SecretInvalid extends DomainError {
  override readonly name = 'SecretInvalid';

  constructor(id: string, problem: string, options?: ErrorOptions) {
    super('SECRET_INVALID', `Secret ${id}: ${problem}`, options);
  }
}

export interface SecretReader {
  /** The secret's text. Throws {@link SecretInvalid} when there is none. */
  read(id: string): Promise<string>;
}

export class SecretsManagerReader implements SecretReader {
  constructor(
    private readonly client: Pick<SecretsManagerClient, 'send'> = new SecretsManagerClient(clientSettings),
  ) {}

  async read(id: string): Promise<string> {
    const { SecretString } = await this.client
      .send(new GetSecretValueCommand({ SecretId: id }))
      .catch((error: unknown) => {
        throw error instanceof ResourceNotFoundException
          ? new SecretInvalid(id, 'does not exist', { cause: error })
          : error;
      });
    if (SecretString === undefined) throw new SecretInvalid(id, 'has no text');
    return SecretString;
  }
}

/** Milliseconds for which keys are kept: a new key signs within that time, an old one leaves the JWKS after it. */
const keepKeys = 300_000;
const retryKeys = 5_000;

/**
 * The signing keys, newest first: the first one signs, all are published, so that tokens of the key before stay good
 * while it is rotated out.
 */
export class KeyRing {
  private cached: { readonly keys: SigningKey[]; until: number } | undefined;

  constructor(
    private readonly secretId: string,
    private readonly secrets: SecretReader,
    private readonly now: () => number = Date.now,
  ) {}

  async keys(): Promise<readonly SigningKey[]> {
    if (this.cached && this.now() < this.cached.until) return this.cached.keys;
    try {
      const keys = parseKeys(this.secretId, await this.secrets.read(this.secretId));
      this.cached = { keys, until: this.now() + keepKeys };
    } catch (error) {
      // Keys of five minutes ago are good keys: nobody is turned away because the secret cannot be read just now.
      if (!this.cached || !isTransient(error)) throw error;
      this.cached.until = this.now() + retryKeys;
    }
    return this.cached.keys;
  }

  async current(): Promise<SigningKey> {
    const [newest] = await this.keys();
    if (!newest) throw new SecretInvalid(this.secretId, 'holds no key');
    return newest;
  }
}

function parseKeys(id: string, text: string): SigningKey[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SecretInvalid(id, 'is not JSON', { cause: error });
  }
  const keys = (value as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0)
    throw new SecretInvalid(id, 'must be {"keys":[private JWKs]}');
  if (!keys.every(isSigningKey)) throw new SecretInvalid(id, 'keys must be private EC P-256 JWKs with a kid');
  return keys;
}

function isSigningKey(key: unknown): key is SigningKey {
  const { kid, kty, crv, x, y, d } = (key ?? {}) as Record<string, unknown>;
  return (
    kty === 'EC' && crv === 'P-256' && [kid, x, y, d].every((part) => typeof part === 'string' && part !== '')
  );
}
