import type { Claims } from '../claims';
import { DomainError } from '../errors';
import { logger } from '../observability';
import type { Notification } from './notification';
import { render } from './templates';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /** Throws {@link NotHandedOver} when the mail has certainly not left, any other error when nobody knows. */
  send(mail: Mail): Promise<void>;
}

export interface Texter {
  /** Throws when the message was not accepted. `phone` is E.164. */
  send(phone: string, text: string): Promise<void>;
}

/** The provider refused the message or was never reached: it may be sent again. */
export class NotHandedOver extends DomainError {
  override readonly name = 'NotHandedOver';

  constructor(message: string, options?: ErrorOptions) {
    super('NOT_HANDED_OVER', message, options);
  }
}

export interface NotifierDeps {
  readonly claims: Claims;
  readonly mailer: Mailer;
  /** Where SMS can be sent from here. */
  readonly texter?: Texter;
  readonly storefrontOrigin: string;
}

/** Longer than the event archive keeps events, so that a replay mails nobody twice. */
const claimSeconds = 60 * 86_400;

/**
 * Tells customers, at most once per kind and subject: the right to send is claimed first and given back only when the
 * mail has certainly not left. An SMS goes with the mail where a mobile number is known, and is never a reason to fail.
 */
export class Notifier {
  constructor(private readonly deps: NotifierDeps) {}

  /** `already` when it was sent before. Throws {@link NotHandedOver} or what the claims' store throws. */
  async notify(notification: Notification): Promise<'sent' | 'already'> {
    const { kind, subjectId, to } = notification;
    const claim = `notification#${kind}#${subjectId}`;
    if (!(await this.deps.claims.take(claim, claimSeconds))) return 'already';
    const message = render(notification, this.deps.storefrontOrigin);
    await this.mail(claim, { to: to.email, ...message });
    await this.text(to.phone, message.sms);
    return 'sent';
  }

  private async mail(claim: string, mail: Mail): Promise<void> {
    try {
      await this.deps.mailer.send(mail);
    } catch (error) {
      if (error instanceof NotHandedOver) {
        await this.deps.claims.release(claim);
        throw error;
      }
      // It may have left. Sending twice is worse than not knowing, so the claim stays and the order goes on.
      logger.warn('the outcome of a mail is unknown', { claim, error: error as Error });
    }
  }

  private async text(phone: string | undefined, text: string | undefined): Promise<void> {
    const number = phone === undefined ? undefined : mobileNumber(phone);
    const { texter } = this.deps;
    if (!texter || number === undefined || text === undefined) return;
    try {
      await texter.send(number, text);
    } catch (error) {
      logger.warn('an SMS was not sent', { error: error as Error });
    }
  }
}

/** E.164 of an international number or of a Japanese mobile number (070, 080, 090); undefined for a fixed line. */
export function mobileNumber(phone: string): string | undefined {
  const digits = phone.replaceAll(/[\s()-]/g, '');
  if (/^\+[1-9]\d{7,14}$/.test(digits)) return digits;
  return /^0[789]0\d{8}$/.test(digits) ? `+81${digits.slice(1)}` : undefined;
}
