const json = (body) => ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body });

/** An OpenID issuer: its configuration and its keys. */
export const handler = async ({ rawPath, headers }) => {
  if (rawPath === '/keys') return json(process.env.KEY_SET);
  const issuer = `${headers['x-forwarded-proto']}://${headers.host}`;
  return json(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
};
