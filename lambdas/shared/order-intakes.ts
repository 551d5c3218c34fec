import type { OrderRecord } from '@yorozu/events';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { SecretReader } from './auth/keys';
import { DomainError, TransientError } from './errors';
import { getJson, type HttpAnswer } from './http-client';

/** Milliseconds. */
const requestTimeout = 3_000;
/**
 * Milliseconds during which it is asked again, within the 30 s of a batch: core-api restarts in less, and the queue would
 * bring the orders again only after minutes.
 */
const patience = 15_000;
const pause = 250;

/** What core-api accepted with an order and no event carries. */
export interface OrderIntake {
  readonly orderId: string;
  readonly shippingAddress: Readonly<Record<string, string>>;
  readonly customer: OrderRecord['customer'];
  readonly paymentToken: string;
}

export interface OrderIntakes {
  /** By order id; one that is not there (any more) is missing. Throws {@link TransientError}, {@link IntakesRefused}. */
  find(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderIntake>>;
}

/** core-api does not let us read them: the secret differs, or it does not know the call. */
export class IntakesRefused extends DomainError {
  override readonly name = 'IntakesRefused';

  constructor(status: number) {
    super('INTAKES_REFUSED', `core-api answered ${status}`);
  }
}

const answer = z.object({
  items: z.array(
    z.object({
      orderId: z.string(),
      shippingAddress: z.record(z.string(), z.string()),
      customer: z.object({ email: z.string(), name: z.string(), locale: z.enum(['ja', 'en']) }),
      paymentToken: z.string(),
    }),
  ),
});

/** The claim check at core-api: one call for a batch of orders. The secret is kept until it is refused. */
export class HttpOrderIntakes implements OrderIntakes {
  private token: string | undefined;

  constructor(
    private readonly baseUrl: string,
    private readonly secretId: string,
    private readonly secrets: SecretReader,
    private readonly patient: number = patience,
  ) {}

  async find(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderIntake>> {
    const deadline = Date.now() + this.patient;
    for (;;) {
      try {
        return await this.ask(orderIds);
      } catch (error) {
        if (!(error instanceof TransientError) || Date.now() + pause > deadline) throw error;
        await setTimeout(pause);
      }
    }
  }

  private async ask(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderIntake>> {
    const path = `/internal/order-intakes?ids=${orderIds.map(encodeURIComponent).join(',')}`;
    const known = this.token;
    let response = await this.get(path);
    if (response.status === 401 && known !== undefined) {
      // The secret has been changed since it was read.
      this.token = undefined;
      response = await this.get(path);
    }
    const { status, text } = response;
    if (status === 429 || status >= 500) {
      throw new TransientError('INTAKES_UNAVAILABLE', `core-api answered ${status}`);
    }
    if (status !== 200) throw new IntakesRefused(status);
    return new Map(answer.parse(JSON.parse(text)).items.map((intake) => [intake.orderId, intake]));
  }

  private async get(path: string): Promise<HttpAnswer> {
    const token = (this.token ??= await this.secrets.read(this.secretId));
    const headers = { authorization: `Bearer ${token}` };
    try {
      return await getJson(`${this.baseUrl}${path}`, { headers, timeoutMs: requestTimeout });
    } catch (error) {
      throw new TransientError('INTAKES_UNREACHABLE', 'core-api did not answer', { cause: error });
    }
  }
}
