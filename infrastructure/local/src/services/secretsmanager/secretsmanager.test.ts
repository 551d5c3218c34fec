import { createSsm } from '../ssm/index';
import { jsonRequest, TestCloud } from '../testing';
import { createSecrets } from './index';

it('starts with what it is given: parameters and secrets follow, and a secret changed since stays', async () => {
  const cloud = await TestCloud.create();
  const start = async (secrets: Record<string, string>, url: string) => {
    const context = await cloud.restart();
    return {
      secrets: await createSecrets(context, secrets),
      ssm: await createSsm(context, { '/app/url': url }),
    };
  };
  const put = (id: string, value: string) =>
    jsonRequest('secretsmanager.PutSecretValue', { SecretId: id, SecretString: value });
  const first = await start({ db: 'port 1', keys: 'k', rotated: 'r' }, 'http://localhost:1');
  await first.secrets.handle(put('rotated', 'by hand'));
  await first.secrets.handle(put('db', 'by hand'));
  await first.secrets.handle(jsonRequest('secretsmanager.DeleteSecret', { SecretId: 'keys' }));
  await first.ssm.handle(jsonRequest('AmazonSSM.PutParameter', { Name: '/mine', Value: 'kept' }));

  const second = await start({ db: 'port 2', keys: 'k 2', rotated: 'r', fresh: 'f' }, 'http://localhost:2');
  expect(['db', 'keys', 'rotated', 'fresh', 'none'].map((id) => second.secrets.secret(id))).toEqual([
    'port 2',
    'k 2',
    'by hand',
    'f',
    undefined,
  ]);
  expect(['/app/url', '/mine'].map((name) => second.ssm.parameter(name))).toEqual([
    'http://localhost:2',
    'kept',
  ]);
  await cloud.close();
});
