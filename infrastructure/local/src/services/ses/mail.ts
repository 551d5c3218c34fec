/** A message as it lies in the mailbox. */
export interface Mail {
  readonly id: string;
  readonly from: string;
  /** All recipients: To, Cc and Bcc. */
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  /** Empty where the message has no such part. */
  readonly text: string;
  readonly html: string;
  /** ISO 8601. */
  readonly sentAt: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type MailContent = Pick<Mail, 'subject' | 'text' | 'html'>;
