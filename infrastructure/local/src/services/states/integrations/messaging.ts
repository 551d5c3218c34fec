import { createHash } from 'node:crypto';
import { RuntimeError, StateError } from '../asl/errors';
import { type Json, isArray, isObject } from '../asl/json';
import { attributesOf, bodyText, requiredText, sdkMetadata, serviceError } from './answer';
import type { Action } from './model';

/** `sqs:sendMessage`: QueueUrl, MessageBody (text or JSON), MessageAttributes, DelaySeconds. */
export const sendMessage: Action = async (args, { context }) => {
  const [account, name] = requiredText(args, 'QueueUrl').split('/').slice(-2);
  const body = bodyText(args['MessageBody']);
  const delay = args['DelaySeconds'];
  try {
    const { messageId } = await context.ports.queues.send(
      `arn:aws:sqs:${context.region}:${account ?? context.accountId}:${name ?? ''}`,
      {
        body,
        attributes: attributesOf(args['MessageAttributes']),
        ...(typeof delay === 'number' && { delaySeconds: delay }),
      },
    );
    return {
      MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
      MessageId: messageId,
      ...sdkMetadata(),
    };
  } catch (error) {
    throw serviceError('SQS', 'Sqs', error);
  }
};

/** `sns:publish`: TopicArn, Message (text or JSON), Subject, MessageAttributes. */
export const publish: Action = async (args, { context }) => {
  const subject = args['Subject'];
  try {
    const { messageId } = await context.ports.topics.publish({
      topicArn: requiredText(args, 'TopicArn'),
      message: bodyText(args['Message']),
      attributes: attributesOf(args['MessageAttributes']),
      ...(typeof subject === 'string' && { subject }),
    });
    return { MessageId: messageId, ...sdkMetadata() };
  } catch (error) {
    throw serviceError('SNS', 'Sns', error);
  }
};

/**
 * `events:putEvents`: Entries of {Detail (text or JSON), DetailType, Source, EventBusName, Resources, Time}. The
 * execution and its state machine are added to each entry's resources; a refused entry fails the task.
 */
export const putEvents: Action = async (args, { context, executionArn, stateMachineArn }) => {
  if (!isArray(args['Entries']))
    throw new RuntimeError("The field 'Entries' is required in the arguments and must be a list");
  const entries = args['Entries'].map((entry) => {
    if (!isObject(entry)) throw new RuntimeError("Each of 'Entries' must be an object");
    const { EventBusName, Resources, Time } = entry;
    return {
      source: requiredText(entry, 'Source'),
      detailType: requiredText(entry, 'DetailType'),
      detail: bodyText(entry['Detail']),
      resources: [...texts(Resources), executionArn, stateMachineArn],
      ...(typeof EventBusName === 'string' && { eventBusName: EventBusName }),
      ...(typeof Time === 'string' && { time: new Date(Time) }),
    };
  });
  let results;
  try {
    results = await context.ports.bus.putEvents(entries);
  } catch (error) {
    throw serviceError('EventBridge', 'EventBridge', error);
  }
  const failed = results.filter((result) => result.errorCode !== undefined);
  const answer: Json = {
    Entries: results.map((result) =>
      result.errorCode === undefined
        ? { EventId: result.eventId ?? '' }
        : { ErrorCode: result.errorCode, ErrorMessage: result.errorMessage ?? '' },
    ),
    FailedEntryCount: failed.length,
    ...sdkMetadata(),
  };
  if (failed.length > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(answer));
  return answer;
};

function texts(value: Json | undefined): string[] {
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
