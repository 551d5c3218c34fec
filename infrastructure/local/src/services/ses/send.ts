import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import { bareAddress, type Mailbox } from './mailbox';
import type { Mail, MailContent } from './mail';
import { parseMessage } from './mime';
import { render, type Template, type TemplateContent } from './templates';

interface Text {
  readonly Data: string;
}

export interface SendEmailInput {
  readonly FromEmailAddress?: string;
  readonly Destination?: {
    readonly ToAddresses?: readonly string[];
    readonly CcAddresses?: readonly string[];
    readonly BccAddresses?: readonly string[];
  };
  readonly ReplyToAddresses?: readonly string[];
  readonly EmailTags?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Content?: {
    readonly Simple?: {
      readonly Subject: Text;
      readonly Body: { readonly Text?: Text; readonly Html?: Text };
    };
    readonly Raw?: { readonly Data: string };
    readonly Template?: {
      readonly TemplateName?: string;
      readonly TemplateContent?: TemplateContent;
      readonly TemplateData?: string;
    };
  };
}

export interface Suppression {
  readonly reason: 'BOUNCE' | 'COMPLAINT';
  /** Epoch seconds. */
  readonly at: number;
}

export interface Sender {
  readonly mailbox: Mailbox;
  readonly templates: Collection<Template>;
  readonly suppressed: Collection<Suppression>;
}

const mostRecipients = 50;
const address = /^[^\s@<>]+@[^\s@<>]+$/;

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
export function sendEmail(sender: Sender, input: SendEmailInput): { MessageId: string } {
  const { Destination: destination = {}, Content: content = {} } = input;
  const raw = content.Raw ? parseMessage(Buffer.from(content.Raw.Data, 'base64')) : undefined;
  const from = input.FromEmailAddress ?? raw?.from ?? '';
  if (from === '') throw badRequest('FromEmailAddress is required');
  const given = [destination.ToAddresses, destination.CcAddresses, destination.BccAddresses].flatMap(
    (list) => list ?? [],
  );
  const to = given.length > 0 ? given : (raw?.to ?? []);
  if (to.length === 0) throw badRequest('At least one recipient is required');
  if (to.length > mostRecipients) throw badRequest('Recipient count exceeds 50.');
  for (const each of [from, ...to]) {
    if (!address.test(bareAddress(each))) throw badRequest(`Invalid email address: ${each}`);
  }
  const mail: Omit<Mail, 'id' | 'sentAt'> = {
    from,
    // SES accepts mail for a suppressed address and does not send it.
    to: to.filter((each) => !sender.suppressed.has(bareAddress(each))),
    replyTo: input.ReplyToAddresses ?? [],
    ...(raw ? { subject: raw.subject, text: raw.text, html: raw.html } : written(sender, content)),
    tags: Object.fromEntries((input.EmailTags ?? []).map(({ Name: name, Value: value }) => [name, value])),
  };
  return { MessageId: sender.mailbox.add(mail) };
}

function written(
  sender: Sender,
  { Simple: simple, Template: template }: NonNullable<SendEmailInput['Content']>,
): MailContent {
  if (simple) {
    const { Subject: subject, Body: body } = simple;
    return { subject: subject.Data, text: body.Text?.Data ?? '', html: body.Html?.Data ?? '' };
  }
  if (!template) throw badRequest('Content must be one of Simple, Raw or Template');
  const name = template.TemplateName;
  const content =
    template.TemplateContent ?? (name === undefined ? undefined : sender.templates.get(name)?.content);
  if (!content) throw new AwsError('NotFoundException', `Template ${name ?? ''} does not exist`, 404);
  return render(content, template.TemplateData ?? '{}');
}
