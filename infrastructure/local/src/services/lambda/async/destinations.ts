import type { CloudContext, MessageAttribute } from '../../../ports';
import type { FunctionRecord } from '../model';
import type { AsyncEnd } from './event-queue';

/**
 * Where the outcome of an asynchronous invocation goes: the destination gets a record about it, the dead letter
 * queue the event itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export async function deliverOutcome(
  ctx: CloudContext,
  record: FunctionRecord,
  end: AsyncEnd,
): Promise<void> {
  const succeeded = end.condition === 'Success';
  const destination = succeeded ? record.async.onSuccessArn : record.async.onFailureArn;
  if (destination !== undefined) {
    await reported(`destination ${destination}`, () =>
      send(ctx, destination, JSON.stringify(destinationRecord(record, end)), {}, succeeded),
    );
  }
  const dead = record.deadLetterArn;
  if (!succeeded && dead !== undefined) {
    await reported(`dead letter queue ${dead}`, () =>
      send(ctx, dead, end.event.payload, deadLetterAttributes(end), false),
    );
  }
}

/** A destination that is gone does not hold up the queue; on AWS it counts as DestinationDeliveryFailures. */
async function reported(what: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    console.error(
      `Lambda cannot deliver to ${what}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function destinationRecord(record: FunctionRecord, { event, condition, result }: AsyncEnd): object {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${record.arn}:$LATEST`,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload) as unknown,
    ...(result && {
      responseContext: {
        statusCode: result.statusCode,
        executedVersion: result.executedVersion,
        ...(result.functionError !== undefined && { functionError: result.functionError }),
      },
      responsePayload: JSON.parse(result.payload) as unknown,
    }),
  };
}

function deadLetterAttributes({ event, result }: AsyncEnd): Record<string, MessageAttribute> {
  const { errorMessage } = JSON.parse(result?.payload ?? '{}') as { errorMessage?: string };
  return {
    RequestID: { dataType: 'String', stringValue: event.requestId },
    ErrorCode: { dataType: 'Number', stringValue: '200' },
    ...(errorMessage !== undefined && {
      ErrorMessage: { dataType: 'String', stringValue: errorMessage.slice(0, 1024) },
    }),
  };
}

async function send(
  ctx: CloudContext,
  arn: string,
  body: string,
  attributes: Readonly<Record<string, MessageAttribute>>,
  succeeded: boolean,
): Promise<unknown> {
  const service = arn.split(':')[2];
  switch (service) {
    case 'sqs':
      return ctx.ports.queues.send(arn, { body, attributes });
    case 'sns':
      return ctx.ports.topics.publish({ topicArn: arn, message: body, attributes });
    case 'lambda':
      return ctx.ports.functions.invokeAsync(arn, body);
    case 'events': {
      const detailType = `Lambda Function Invocation Result - ${succeeded ? 'Success' : 'Failure'}`;
      return ctx.ports.bus.putEvents([{ source: 'lambda', detailType, detail: body, eventBusName: arn }]);
    }
    default:
      throw new Error(`Destinations of the kind ${service ?? arn} are not supported`);
  }
}
