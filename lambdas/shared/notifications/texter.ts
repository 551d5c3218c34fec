import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from '../clients';
import type { Texter } from './notifier';

/** SNS, Publish to a phone number (https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html). */
export class SnsTexter implements Texter {
  constructor(
    private readonly client: Pick<SNSClient, 'send'> = new SNSClient({ ...clientSettings, maxAttempts: 1 }),
  ) {}

  async send(phone: string, text: string): Promise<void> {
    await this.client.send(
      new PublishCommand({
        PhoneNumber: phone,
        Message: text,
        MessageAttributes: {
          'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
        },
      }),
    );
  }
}
