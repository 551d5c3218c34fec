import { randomUUID } from 'node:crypto';
import { AwsError, type ServiceModule } from '../../endpoint/aws';
import { handleQuery, structure, type QueryService } from '../../endpoint/query';
import type { CloudContext } from '../../ports';

interface AssumeRoleInput {
  readonly RoleArn?: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds?: number;
}

/**
 * STS as far as clients ask who they are. Credentials are not checked here, so any that are handed out work.
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
export async function createSts(ctx: CloudContext): Promise<ServiceModule> {
  const service: QueryService = {
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: {
      GetCallerIdentity: {
        input: structure({}),
        output: structure({ UserId: 'string', Account: 'string', Arn: 'string' }),
        run: () => ({
          UserId: 'AIDALOCAL',
          Account: ctx.accountId,
          Arn: `arn:aws:iam::${ctx.accountId}:user/local`,
        }),
      },
      AssumeRole: {
        input: structure({ RoleArn: 'string', RoleSessionName: 'string', DurationSeconds: 'integer' }),
        output: structure({
          Credentials: structure({
            AccessKeyId: 'string',
            SecretAccessKey: 'string',
            SessionToken: 'string',
            Expiration: 'timestamp',
          }),
          AssumedRoleUser: structure({ AssumedRoleId: 'string', Arn: 'string' }),
        }),
        run: (input: AssumeRoleInput) => assumeRole(input),
      },
    },
  };
  return { name: 'sts', handle: (request) => handleQuery(request, service, async () => undefined) };
}

function assumeRole({ RoleArn, RoleSessionName, DurationSeconds = 3_600 }: AssumeRoleInput): object {
  if (!RoleArn || !RoleSessionName)
    throw new AwsError('ValidationError', 'RoleArn and RoleSessionName are required');
  return {
    Credentials: {
      AccessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
      SecretAccessKey: randomUUID(),
      SessionToken: randomUUID(),
      Expiration: new Date(Date.now() + DurationSeconds * 1_000),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROALOCAL:${RoleSessionName}`,
      Arn: `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${RoleSessionName}`,
    },
  };
}
