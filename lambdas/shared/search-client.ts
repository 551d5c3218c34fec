import { Client } from '@opensearch-project/opensearch';
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';

/** Two attempts fit into the 5 s of a function that writes; what fails then comes again from its queue. */
const settings = { requestTimeout: 2_000, maxRetries: 1 };

/** Requests to a domain of OpenSearch Service are signed with the function's role; a server without IAM takes them as they are. */
export function searchClient(url: string): Client {
  const hosted = /\.es\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname);
  if (!hosted) return new Client({ ...settings, node: url });
  const signer = AwsSigv4Signer({ region: roleVariable('AWS_REGION'), service: 'es', getCredentials });
  return new Client({ ...settings, ...signer, node: url });
}

/** Lambda puts the role's credentials into the environment of a container, for its whole life. */
async function getCredentials() {
  return {
    accessKeyId: roleVariable('AWS_ACCESS_KEY_ID'),
    secretAccessKey: roleVariable('AWS_SECRET_ACCESS_KEY'),
    sessionToken: roleVariable('AWS_SESSION_TOKEN'),
  };
}

function roleVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}
