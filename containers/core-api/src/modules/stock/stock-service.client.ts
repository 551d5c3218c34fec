import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Env } from '../../platform/env';
import { UnavailableError } from '../../platform/errors';
import { ENV } from '../../platform/tokens';
import { StockRefusedError } from './errors';

const receiptResponse = z.object({
  reference: z.string(),
  productId: z.string(),
  quantity: z.int(),
  onHand: z.int(),
  available: z.int(),
});
export type Receipt = z.output<typeof receiptResponse>;

const problemResponse = z.object({ code: z.string(), title: z.string(), detail: z.string() });

const timeoutMs = 3_000;

/** stock-service over HTTP. Every call is idempotent there, so a caller may repeat it. */
@Injectable()
export class StockServiceClient {
  constructor(@Inject(ENV) private readonly env: Env) {}

  /**
   * Books goods that arrived, once per `reference`. Throws {@link StockRefusedError} or {@link UnavailableError} (the
   * receipt may or may not be booked then; the same call again settles it).
   */
  async receive(
    receipt: { reference: string; productId: string; quantity: number },
    correlationId: string,
  ): Promise<{ receipt: Receipt; created: boolean }> {
    const response = await this.post('/receipts', receipt, correlationId);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return { receipt: receiptResponse.parse(body), created: response.status === 201 };
    const problem = problemResponse.safeParse(body);
    if (response.status >= 500 || !problem.success) {
      throw new UnavailableError(`stock-service answered ${response.status}`);
    }
    throw new StockRefusedError(response.status, problem.data.code, problem.data.title, problem.data.detail);
  }

  private async post(path: string, body: object, correlationId: string): Promise<Response> {
    try {
      return await fetch(new URL(path, this.env.STOCK_SERVICE_URL), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-correlation-id': correlationId },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new UnavailableError('stock-service cannot be reached right now', undefined, { cause });
    }
  }
}
