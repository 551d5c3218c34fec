import {
  CreateEmailIdentityCommand,
  CreateEmailTemplateCommand,
  DeleteEmailIdentityCommand,
  DeleteEmailTemplateCommand,
  DeleteSuppressedDestinationCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { startDataServices, uniqueName, type DataServices } from './support/data-services';

let services: DataServices;
let ses: SESv2Client;

beforeAll(async () => {
  services = await startDataServices();
  ses = new SESv2Client({ ...services.client, maxAttempts: 1 });
});

afterAll(async () => {
  ses.destroy();
  await services.close();
});

interface Mail {
  id: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  sentAt: string;
}

/** The mailbox is the local cloud's own; AWS has none to look into. */
async function mailbox(to: string): Promise<Mail[]> {
  const response = await fetch(`${services.url}/_local/mailbox?to=${encodeURIComponent(to)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Mail[];
}

function recipient(): string {
  return `${uniqueName('to')}@example.com`;
}

const from = 'Yorozu <shop@example.com>';

/** Runs where there is a mailbox to look into; elsewhere the calls must merely be accepted. */
async function expectMails(to: string, expected: object[]): Promise<void> {
  if (!services.local) return;
  const mails = await mailbox(to);
  expect(mails).toHaveLength(expected.length);
  expect(mails).toMatchObject(expected);
}

describe('SES', () => {
  it('keeps what was sent, newest first', async () => {
    const to = recipient();
    const send = (subject: string) =>
      ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [`万太郎 <${to}>`] },
          Content: {
            Simple: {
              Subject: { Data: subject },
              Body: { Text: { Data: 'ありがとう' }, Html: { Data: '<p>ありがとう</p>' } },
            },
          },
        }),
      );
    const first = await send('一');
    await send('二');
    const expected = { from, to: [`万太郎 <${to}>`], text: 'ありがとう', html: '<p>ありがとう</p>' };
    await expectMails(to, [
      { ...expected, subject: '二', sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) },
      { ...expected, subject: '一', id: first.MessageId },
    ]);
  });

  it('reads raw messages', async () => {
    const to = recipient();
    const raw = [
      `From: ${from}`,
      `To: ${to}`,
      'Subject: =?UTF-8?B?5LiHIG9yZGVy?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary="b1"',
      '',
      '--b1',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'caf=C3=A9 =',
      'long',
      '--b1',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('<b>万</b>').toString('base64'),
      '--b1--',
      '',
    ].join('\r\n');
    await ses.send(new SendEmailCommand({ Content: { Raw: { Data: Buffer.from(raw) } } }));
    await expectMails(to, [{ subject: '万 order', text: 'café long', html: '<b>万</b>', from }]);
  });

  it('fills templates', async () => {
    const [to, TemplateName] = [recipient(), uniqueName('template')];
    await ses.send(
      new CreateEmailTemplateCommand({
        TemplateName,
        TemplateContent: { Subject: 'Hi {{name}}', Text: 'Order {{order.id}}' },
      }),
    );
    const send = (data: object) =>
      ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          Content: { Template: { TemplateName, TemplateData: JSON.stringify(data) } },
        }),
      );
    await send({ name: 'Ann', order: { id: 7 } });
    await expectMails(to, [{ subject: 'Hi Ann', text: 'Order 7', html: '' }]);
    await ses.send(new DeleteEmailTemplateCommand({ TemplateName }));
    await expect(send({})).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('does not send to suppressed addresses', async () => {
    const [to, other] = [recipient(), recipient()];
    await ses.send(new PutSuppressedDestinationCommand({ EmailAddress: to, Reason: 'BOUNCE' }));
    const kept = await ses.send(new GetSuppressedDestinationCommand({ EmailAddress: to }));
    expect(kept.SuppressedDestination).toMatchObject({ EmailAddress: to, Reason: 'BOUNCE' });
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to, other] },
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
      }),
    );
    await expectMails(to, []);
    await expectMails(other, [{ subject: 's' }]);
    await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress: to }));
    await expect(ses.send(new GetSuppressedDestinationCommand({ EmailAddress: to }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('verifies identities at once', async () => {
    const EmailIdentity = recipient();
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity }));
    expect(await ses.send(new GetEmailIdentityCommand({ EmailIdentity }))).toMatchObject({
      VerifiedForSendingStatus: true,
    });
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity }));
    await expect(ses.send(new GetEmailIdentityCommand({ EmailIdentity }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });

  it('refuses a message to nobody', async () => {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: {},
      Content: { Simple: { Subject: { Data: 's' }, Body: {} } },
    });
    await expect(ses.send(command)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('shows the mailbox to people, with nothing of a message unescaped', async () => {
    if (!services.local) return;
    const to = recipient();
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: {
          Simple: {
            Subject: { Data: '<script>x</script>' },
            Body: { Html: { Data: '"><script>alert(1)</script>' } },
          },
        },
      }),
    );
    const page = await (
      await fetch(`${services.url}/_local/mailbox.html?to=${encodeURIComponent(to)}`)
    ).text();
    expect(page).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(page).toContain('srcdoc="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(page).not.toContain('<script>');
  });
});
