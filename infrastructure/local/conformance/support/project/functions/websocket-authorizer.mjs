/** The ticket says what becomes of the client: allow, deny, unauthorized, broken, refuse (by $connect). */
export const handler = async ({ queryStringParameters: { ticket }, methodArn }) => {
  if (ticket === 'unauthorized') throw new Error('Unauthorized');
  if (ticket === 'broken') throw new Error('broken');
  const Effect = ticket === 'deny' ? 'Deny' : 'Allow';
  return {
    principalId: 'someone',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: methodArn }],
    },
    context: { ticket },
  };
};
