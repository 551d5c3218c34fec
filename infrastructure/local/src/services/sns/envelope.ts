import type { CloudContext, MessageAttribute } from '../../ports';
import type { PublishedMessage, SubscriptionRecord } from './model';

/** What a subscriber gets unless it asked for raw delivery. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function notification(
  context: CloudContext,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): Record<string, unknown> {
  return {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: message.topicArn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: message.message,
    Timestamp: message.timestamp,
    SignatureVersion: '1',
    Signature: 'local',
    SigningCertURL: `${context.endpointUrl}/SimpleNotificationService.pem`,
    UnsubscribeURL: `${context.endpointUrl}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
  };
}

function attributeViews(
  attributes: Readonly<Record<string, MessageAttribute>>,
): Record<string, { Type: string; Value: string | undefined }> {
  const view = ({
    dataType,
    stringValue,
    binaryValue,
  }: MessageAttribute): { Type: string; Value: string | undefined } => ({
    Type: dataType,
    Value: stringValue ?? binaryValue,
  });
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, view(attribute)]));
}

export function sqsBody(
  context: CloudContext,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): string {
  const MessageAttributes = attributeViews(message.attributes);
  const some = Object.keys(MessageAttributes).length > 0;
  return JSON.stringify({
    ...notification(context, message, subscription),
    ...(some ? { MessageAttributes } : {}),
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function lambdaEvent(
  context: CloudContext,
  message: PublishedMessage,
  subscription: SubscriptionRecord,
): string {
  const Sns = {
    Subject: null,
    ...notification(context, message, subscription),
    MessageAttributes: attributeViews(message.attributes),
  };
  return JSON.stringify({
    Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns }],
  });
}
