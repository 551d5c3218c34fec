import type { CloudContext, MessageAttribute } from '../../ports';
import type { Notification, SubscriptionRecord } from './model';

/** What a queue gets without raw delivery. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export function envelopeOf(
  notification: Notification,
  subscription: SubscriptionRecord,
  { endpointUrl, region }: CloudContext,
): string {
  const attributes = wireAttributes(notification.attributes);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: messageFor(notification, 'sqs'),
    Timestamp: notification.timestamp,
    SignatureVersion: '1',
    // Nothing here is signed; readers who check signatures find out at once.
    Signature: 'EXAMPLE',
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
    UnsubscribeURL: unsubscribeUrl(endpointUrl, subscription),
    ...(attributes ? { MessageAttributes: attributes } : {}),
  });
}

/** The event of a function. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function lambdaEventOf(
  notification: Notification,
  subscription: SubscriptionRecord,
  { endpointUrl, region }: CloudContext,
): string {
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: messageFor(notification, 'lambda'),
          Timestamp: notification.timestamp,
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: `https://sns.${region}.amazonaws.com/SimpleNotificationService.pem`,
          UnsubscribeUrl: unsubscribeUrl(endpointUrl, subscription),
          MessageAttributes: wireAttributes(notification.attributes) ?? {},
        },
      },
    ],
  });
}

/** With MessageStructure json each protocol may have its own text. */
export function messageFor({ message, perProtocol }: Notification, protocol: string): string {
  return perProtocol?.[protocol] ?? perProtocol?.['default'] ?? message;
}

const unsubscribeUrl = (endpointUrl: string, { arn }: SubscriptionRecord): string =>
  `${endpointUrl}/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`;

function wireAttributes(
  attributes: Readonly<Record<string, MessageAttribute>>,
): Record<string, { Type: string; Value: string }> | undefined {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(
    entries.map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { Type: dataType, Value: stringValue ?? binaryValue ?? '' },
    ]),
  );
}
