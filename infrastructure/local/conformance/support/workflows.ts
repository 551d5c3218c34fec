import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import type { Endpoint } from './endpoint';
import { eventually, unique } from './functions';

const roleArn = process.env['CONFORMANCE_ROLE_ARN'] ?? 'arn:aws:iam::000000000000:role/conformance';

/** State machines that a suite makes, deleted at its end, and their executions. */
export class TestWorkflows {
  readonly client: SFNClient;
  private readonly machines: string[] = [];

  constructor(endpoint: Endpoint) {
    // StartSyncExecution would go to the host sync-<endpoint>, which does not exist beside a local endpoint.
    const disableHostPrefix = process.env['AWS_ENDPOINT_URL']?.endsWith('.amazonaws.com') !== true;
    this.client = new SFNClient({ ...endpoint.client, maxAttempts: 1, disableHostPrefix });
  }

  /** Creates a state machine and answers its ARN. */
  async machine(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> {
    const { stateMachineArn = '' } = await this.client.send(
      new CreateStateMachineCommand({
        name: unique('machine'),
        definition: JSON.stringify(definition),
        roleArn,
        type,
      }),
    );
    this.machines.push(stateMachineArn);
    return stateMachineArn;
  }

  /** Starts an execution and answers its ARN. */
  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const { executionArn = '' } = await this.client.send(
      new StartExecutionCommand({
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name !== undefined && { name }),
      }),
    );
    return executionArn;
  }

  ended(executionArn: string): Promise<DescribeExecutionOutput> {
    return eventually(async () => {
      const execution = await this.client.send(new DescribeExecutionCommand({ executionArn }));
      return execution.status === 'RUNNING' ? undefined : execution;
    });
  }

  /** Runs a definition to its end; `value` is its output. */
  async run(definition: object, input: unknown = {}): Promise<DescribeExecutionOutput & { value: unknown }> {
    const execution = await this.ended(await this.start(await this.machine(definition), input));
    const { output } = execution;
    return { ...execution, value: output === undefined ? undefined : (JSON.parse(output) as unknown) };
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const command = new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 });
    return (await this.client.send(command)).events ?? [];
  }

  async close(): Promise<void> {
    for (const stateMachineArn of this.machines) {
      await this.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    }
    this.client.destroy();
  }
}
