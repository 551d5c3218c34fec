/**
 * Repairs an order that is parked as compensation_failed: runs again, by hand, what the saga could not finish.
 *   tsx scripts/repair-order.ts <orderId> [--state-machine-arn <arn>] [--suffix -dev]
 * Endpoint, region and credentials come from the standard AWS variables. Every step is idempotent.
 */
import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { paginateGetExecutionHistory, SFNClient, type HistoryEvent } from '@aws-sdk/client-sfn';

interface Step {
  readonly state: string;
  readonly functionName: string;
  /** Where the saga keeps the step's result. */
  readonly result: string;
}

const undo: readonly Step[] = [
  { state: 'RefundPayment', functionName: 'refund-payment', result: 'refund' },
  { state: 'ReleaseStock', functionName: 'release-stock', result: 'stockRelease' },
  { state: 'FailOrder', functionName: 'fail-order', result: 'outcome' },
];
const finish: readonly Step[] = [
  { state: 'CompleteOrder', functionName: 'complete-order', result: 'outcome' },
];

const region = process.env.AWS_REGION ?? 'ap-northeast-1';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'state-machine-arn': {
      type: 'string',
      default: `arn:aws:states:${region}:000000000000:stateMachine:order-saga`,
    },
    suffix: { type: 'string', default: '' },
  },
});
const [orderId] = positionals;
if (!orderId) throw new Error('Usage: repair-order <orderId> [--state-machine-arn <arn>] [--suffix -dev]');

const sfn = new SFNClient({ region });
const lambda = new LambdaClient({ region });
const executionArn = `${values['state-machine-arn'].replace(':stateMachine:', ':execution:')}:${orderId}`;

const history: HistoryEvent[] = [];
for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn }))
  history.push(...(page.events ?? []));
const entered = history.flatMap((event) =>
  event.stateEnteredEventDetails ? [event.stateEnteredEventDetails] : [],
);
const parked = entered.findIndex(({ name }) => name === 'CompensationFailed');
const stuck = entered[parked - 1];
if (parked < 1 || !stuck)
  throw new Error(`The saga of order ${orderId} is not parked: there is nothing to repair`);

const plan =
  stuck.name === 'CompleteOrder' ? finish : undo.slice(undo.findIndex(({ state }) => state === stuck.name));
let input = JSON.parse(stuck.input ?? '{}') as Record<string, unknown>;
for (const step of plan) {
  const output = await lambda.send(
    new InvokeCommand({
      FunctionName: step.functionName + values.suffix,
      Payload: Buffer.from(JSON.stringify(input)),
    }),
  );
  const payload = Buffer.from(output.Payload ?? []).toString('utf8');
  if (output.FunctionError) throw new Error(`${step.state} failed again: ${payload}`);
  console.log(`${step.state}: ${payload}`);
  input = { ...input, [step.result]: JSON.parse(payload) as unknown };
}
console.log(`Order ${orderId} is repaired.`);
