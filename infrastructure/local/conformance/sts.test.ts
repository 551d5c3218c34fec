import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { endpoint, type Endpoint } from './support/endpoint';

let cloud: Endpoint;
let sts: STSClient;

beforeAll(async () => {
  cloud = await endpoint();
  sts = new STSClient(cloud.client);
});

afterAll(async () => {
  sts.destroy();
  await cloud.close();
});

it('says who the caller is', async () => {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect(Account).toMatch(/^\d{12}$/);
  expect(Arn).toContain(Account);
});

(process.env.AWS_ENDPOINT_URL === undefined ? it : it.skip)('hands out credentials of a role', async () => {
  const before = Date.now();
  const RoleArn = 'arn:aws:iam::000000000000:role/reader';
  const answer = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', DurationSeconds: 900 }),
  );
  expect(answer.AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/reader/session');
  expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA/);
  const lasts = (answer.Credentials?.Expiration?.getTime() ?? 0) - before;
  expect(lasts).toBeGreaterThan(890_000);
  expect(lasts).toBeLessThan(960_000);
});
