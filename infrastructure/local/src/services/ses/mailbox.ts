import { randomBytes } from 'node:crypto';
import type { AwsRequest, AwsResponse } from '../../endpoint/aws';
import type { Log, Store } from '../../store/store';
import type { Mail } from './mail';
import { mailboxPage } from './page';

const largestMailbox = 20_000;
const defaultLimit = 100;

/** What was sent, on disk; in memory only who got what. */
export class Mailbox {
  /** Oldest first. Keys sort by time. */
  private readonly index: { key: string; to: readonly string[] }[] = [];
  private sequence = 0;

  private constructor(private readonly mails: Log) {}

  static async open(store: Store): Promise<Mailbox> {
    const mailbox = new Mailbox(store.log('ses.mailbox'));
    for await (const [key, mail] of mailbox.mails.range<Mail>('', '~')) mailbox.note(key, mail);
    return mailbox;
  }

  /** Returns the message id. The caller waits for the store. */
  add(mail: Omit<Mail, 'id' | 'sentAt'>): string {
    const now = new Date();
    const id = `${now.getTime().toString(16).padStart(16, '0')}-${randomBytes(16).toString('hex')}-000000`;
    const key = `${String(now.getTime()).padStart(15, '0')}-${String(this.sequence++).padStart(9, '0')}`;
    this.mails.append(key, { id, ...mail, sentAt: now.toISOString() } satisfies Mail);
    this.note(key, mail);
    while (this.index.length > largestMailbox) {
      const oldest = this.index.shift();
      if (oldest) this.mails.delete(oldest.key);
    }
    return id;
  }

  private note(key: string, { to }: Pick<Mail, 'to'>): void {
    this.index.push({ key, to: to.map(bareAddress) });
  }

  /** Newest first; `to`: only those with this recipient. */
  async list(to: string | undefined, limit = defaultLimit): Promise<Mail[]> {
    const wanted = to === undefined ? undefined : bareAddress(to);
    const keys: string[] = [];
    for (let at = this.index.length - 1; at >= 0 && keys.length < limit; at--) {
      const entry = this.index[at];
      if (entry && (wanted === undefined || entry.to.includes(wanted))) keys.push(entry.key);
    }
    const found: Mail[] = [];
    for (const key of keys) {
      for await (const [, mail] of this.mails.range<Mail>(key, `${key}~`)) found.push(mail);
    }
    return found;
  }

  /**
   * `GET /_local/mailbox?to=&limit=`: JSON list of {@link Mail}, newest first. `GET /_local/mailbox.html?to=`: the same
   * for people. Undefined for any other request.
   */
  async handle({ method, path, query }: AwsRequest): Promise<AwsResponse | undefined> {
    if (method !== 'GET' || (path !== '/_local/mailbox' && path !== '/_local/mailbox.html')) return undefined;
    const to = query.get('to') ?? undefined;
    const limit = Math.min(Math.max(1, Number(query.get('limit') ?? defaultLimit) || defaultLimit), 1000);
    const mails = await this.list(to, limit);
    if (path === '/_local/mailbox') {
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(mails) };
    }
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      // Messages are shown as they are: they may style themselves and show pictures, and nothing else.
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'self'",
    };
    return { status: 200, headers, body: mailboxPage(mails, to) };
  }
}

/** `Name <a@b>` and `a@b` are one recipient. */
export function bareAddress(address: string): string {
  return (/<([^>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();
}
