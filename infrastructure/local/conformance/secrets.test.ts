import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { startDataServices, uniqueName, type DataServices } from './support/data-services';

let services: DataServices;
let secrets: SecretsManagerClient;
let ssm: SSMClient;

beforeAll(async () => {
  services = await startDataServices();
  secrets = new SecretsManagerClient({ ...services.client, maxAttempts: 1 });
  ssm = new SSMClient({ ...services.client, maxAttempts: 1 });
});

afterAll(async () => {
  secrets.destroy();
  ssm.destroy();
  await services.close();
});

describe('Secrets Manager', () => {
  it('keeps the current and the previous version', async () => {
    const Name = uniqueName('app/secret');
    const { ARN, VersionId: one } = await secrets.send(
      new CreateSecretCommand({ Name, SecretString: 'one' }),
    );
    const { VersionId: two } = await secrets.send(
      new PutSecretValueCommand({ SecretId: Name, SecretString: 'two' }),
    );
    const value = async (input: object): Promise<string | undefined> =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: ARN, ...input }))).SecretString;
    expect(await value({})).toBe('two');
    expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('one');
    expect(await value({ VersionId: one })).toBe('one');
    await secrets.send(new UpdateSecretCommand({ SecretId: Name, SecretString: 'three', Description: 'd' }));
    expect(await value({})).toBe('three');
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described).toMatchObject({ Name, ARN, Description: 'd' });
    expect(described.VersionIdsToStages?.[two ?? '']).toEqual(['AWSPREVIOUS']);
    expect(Object.keys(described.VersionIdsToStages ?? {})).toHaveLength(2);
    await expect(value({ VersionId: one })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
  });

  it('creates and puts once per token', async () => {
    const Name = uniqueName('token');
    const input = { Name, SecretString: 'a', ClientRequestToken: '0'.repeat(32) };
    const first = await secrets.send(new CreateSecretCommand(input));
    expect(await secrets.send(new CreateSecretCommand(input))).toMatchObject({
      ARN: first.ARN,
      VersionId: input.ClientRequestToken,
    });
    await expect(secrets.send(new CreateSecretCommand({ Name, SecretString: 'b' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    const put = new PutSecretValueCommand({
      SecretId: Name,
      SecretString: 'b',
      ClientRequestToken: input.ClientRequestToken,
    });
    await expect(secrets.send(put)).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
  });

  it('deletes with a way back', async () => {
    const Name = uniqueName('deleted');
    await secrets.send(new CreateSecretCommand({ Name, SecretBinary: Buffer.from([1, 2, 3]) }));
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    const get = new GetSecretValueCommand({ SecretId: Name });
    await expect(secrets.send(get)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await secrets.send(new RestoreSecretCommand({ SecretId: Name }));
    expect(Buffer.from((await secrets.send(get)).SecretBinary ?? [])).toEqual(Buffer.from([1, 2, 3]));
    const { SecretList } = await secrets.send(
      new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [Name] }] }),
    );
    expect(SecretList?.map((secret) => secret.Name)).toEqual([Name]);
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    await expect(secrets.send(get)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });
});

describe('SSM parameters', () => {
  it('are put, overwritten on demand, and read in bulk', async () => {
    const root = `/${uniqueName('app')}`;
    const put = (Name: string, Value: string, more: object = {}) =>
      ssm.send(new PutParameterCommand({ Name: `${root}/${Name}`, Value, Type: 'String', ...more }));
    await put('url', 'http://one');
    await expect(put('url', 'http://two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(await put('url', 'http://two', { Overwrite: true })).toMatchObject({ Version: 2 });
    await put('db/password', 'secret', { Type: 'SecureString' });
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `${root}/url` }));
    expect(Parameter).toMatchObject({ Value: 'http://two', Version: 2, Type: 'String' });
    const secure = { Name: `${root}/db/password` };
    expect((await ssm.send(new GetParameterCommand(secure))).Parameter?.Value).not.toContain('secret');
    expect(
      (await ssm.send(new GetParameterCommand({ ...secure, WithDecryption: true }))).Parameter?.Value,
    ).toBe('secret');
    const several = await ssm.send(new GetParametersCommand({ Names: [`${root}/url`, `${root}/none`] }));
    expect(several.Parameters).toHaveLength(1);
    expect(several.InvalidParameters).toEqual([`${root}/none`]);
    const names = async (input: object) =>
      (await ssm.send(new GetParametersByPathCommand({ Path: root, ...input }))).Parameters?.map(
        ({ Name }) => Name,
      );
    expect(await names({})).toEqual([`${root}/url`]);
    expect(await names({ Recursive: true })).toEqual([`${root}/db/password`, `${root}/url`]);
    const page = await ssm.send(
      new GetParametersByPathCommand({ Path: root, Recursive: true, MaxResults: 1 }),
    );
    expect(await names({ Recursive: true, NextToken: page.NextToken })).toEqual([`${root}/url`]);
    const described = await ssm.send(
      new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: [root] }],
      }),
    );
    expect(described.Parameters?.map(({ Type }) => Type)).toEqual(['SecureString', 'String']);
    await ssm.send(new DeleteParameterCommand({ Name: `${root}/url` }));
    await expect(ssm.send(new GetParameterCommand({ Name: `${root}/url` }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    const gone = await ssm.send(new DeleteParametersCommand({ Names: [secure.Name, `${root}/none`] }));
    expect(gone).toMatchObject({ DeletedParameters: [secure.Name], InvalidParameters: [`${root}/none`] });
  });
});
