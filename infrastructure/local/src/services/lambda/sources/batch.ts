import type { MessageAttribute, ReceivedMessage } from '../../../ports';

/** The event of a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export function batchEvent(messages: readonly ReceivedMessage[], queueArn: string, region: string): string {
  return JSON.stringify({ Records: messages.map((message) => recordOf(message, queueArn, region)) });
}

export function recordOf(
  message: ReceivedMessage,
  queueArn: string,
  region: string,
): Record<string, unknown> {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.systemAttributes,
    messageAttributes: attributesOf(message.attributes),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function attributesOf(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  const converted: Record<string, unknown> = {};
  for (const name in attributes) {
    const attribute = attributes[name];
    if (!attribute) continue;
    converted[name] = {
      ...(attribute.stringValue !== undefined && { stringValue: attribute.stringValue }),
      ...(attribute.binaryValue !== undefined && { binaryValue: attribute.binaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.dataType,
    };
  }
  return converted;
}

/**
 * Which messages of a batch are done, given the function's answer to a mapping with ReportBatchItemFailures.
 * No answer, or one without failures: all. An answer that is not of the right form, or names a message that is not
 * in the batch: none.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function succeededMessages(
  messages: readonly ReceivedMessage[],
  answer: string,
): readonly ReceivedMessage[] {
  if (answer === 'null' || answer === '' || answer === '{}') return messages;
  const failures = failuresOf(answer);
  if (failures === undefined) return [];
  if (failures.length === 0) return messages;
  const failed = new Set<string>();
  const known = new Set(messages.map(({ messageId }) => messageId));
  for (const failure of failures) {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof identifier !== 'string' || !known.has(identifier)) return [];
    failed.add(identifier);
  }
  return messages.filter(({ messageId }) => !failed.has(messageId));
}

/** Undefined where the answer has the wrong form. */
function failuresOf(answer: string): readonly unknown[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer);
  } catch {
    return undefined;
  }
  if (parsed === null) return [];
  if (typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
  if (!('batchItemFailures' in parsed)) return Object.keys(parsed).length === 0 ? [] : undefined;
  const failures = parsed.batchItemFailures;
  if (failures === null) return [];
  return Array.isArray(failures) ? failures : undefined;
}
