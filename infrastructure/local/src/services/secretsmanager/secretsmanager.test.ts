import { createSsm } from '../ssm/index';
import { jsonRequest, TestCloud } from '../testing';
import { createSecrets } from './index';

it('starts with initial values: secrets stay as they were changed, parameters follow', async () => {
  const cloud = await TestCloud.create();
  let context = await cloud.restart();
  let secrets = await createSecrets(context, { db: 'first', other: 'o' });
  let ssm = await createSsm(context, { '/app/url': 'http://localhost:1' });
  await secrets.handle(
    jsonRequest('secretsmanager.PutSecretValue', { SecretId: 'db', SecretString: 'changed' }),
  );
  await ssm.handle(jsonRequest('AmazonSSM.PutParameter', { Name: '/mine', Value: 'kept', Type: 'String' }));
  context = await cloud.restart();
  secrets = await createSecrets(context, { db: 'second', fresh: 'f' });
  ssm = await createSsm(context, { '/app/url': 'http://localhost:2' });
  expect(['db', 'other', 'fresh', 'none'].map((id) => secrets.secret(id))).toEqual([
    'changed',
    'o',
    'f',
    undefined,
  ]);
  expect(['/app/url', '/mine'].map((name) => ssm.parameter(name))).toEqual(['http://localhost:2', 'kept']);
  await cloud.close();
});
