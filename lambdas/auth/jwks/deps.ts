import { KeyRing, SecretsManagerReader } from '@yorozu/lambda-shared/auth/keys';
import { readEnv, required } from '@yorozu/lambda-shared/env';

const env = readEnv({ JWT_SECRET_ID: required, JWT_ISSUER: required });

export const deps = {
  ring: new KeyRing(env.JWT_SECRET_ID, new SecretsManagerReader()),
  issuer: env.JWT_ISSUER,
};
