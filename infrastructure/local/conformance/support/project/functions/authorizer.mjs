export const handler = async ({ identitySource: [key] }) => ({
  isAuthorized: key === 'good',
  context: { key },
});
