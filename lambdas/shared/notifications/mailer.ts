import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientSettings } from '../clients';
import { NotHandedOver, type Mail, type Mailer } from './notifier';

/** Errors raised before a connection stood. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** SES API v2, SendEmail. One attempt per call: the SDK's own retry after a timeout could send a mail twice. */
export class SesMailer implements Mailer {
  constructor(
    private readonly from: string,
    private readonly client: Pick<SESv2Client, 'send'> = new SESv2Client({
      ...clientSettings,
      maxAttempts: 1,
    }),
  ) {}

  async send({ to, subject, text, html }: Mail): Promise<void> {
    const data = (Data: string): { Data: string; Charset: string } => ({ Data, Charset: 'UTF-8' });
    try {
      await this.client.send(
        new SendEmailCommand({
          FromEmailAddress: this.from,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: data(subject), Body: { Text: data(text), Html: data(html) } } },
        }),
      );
    } catch (error) {
      throw refused(error) ? new NotHandedOver('SES did not take the mail', { cause: error }) : error;
    }
  }
}

/** A 4xx answer is a refusal; a 5xx or a lost connection leaves the outcome open. */
function refused(error: unknown): boolean {
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: string };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return status >= 400 && status < 500;
  return code !== undefined && neverConnected.has(code);
}
