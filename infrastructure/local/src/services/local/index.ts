import type { AwsRequest, AwsResponse, ServiceModule } from '../../endpoint/aws';
import { operationCounts } from '../../endpoint/operations';

/** Serves some paths under /_local; undefined for any other. */
export type LocalPages = (request: AwsRequest) => Promise<AwsResponse | undefined>;

export interface LocalOptions {
  /** Pages of services: mails, text messages. */
  readonly pages: readonly LocalPages[];
  /** What /_local/health says beside `status`. */
  readonly health: () => object;
}

/**
 * Unsigned GET requests for people and tools on this machine: /_local/health, /_local/operations (counts since the
 * start by service and kind; see operations.ts) and what services add: /_local/mailbox, /_local/mailbox.html,
 * /_local/sms.
 */
export function createLocal(options: LocalOptions): ServiceModule {
  return {
    name: 'local',
    async handle(request: AwsRequest): Promise<AwsResponse> {
      if (request.method !== 'GET' && request.method !== 'HEAD') return json({ message: 'GET only' }, 405);
      if (request.path === '/_local/health') return json({ status: 'ok', ...options.health() });
      if (request.path === '/_local/operations') return json(operationCounts());
      for (const page of options.pages) {
        const answer = await page(request);
        if (answer) return answer;
      }
      return json({ message: `There is no ${request.path}` }, 404);
    },
  };
}

function json(value: object, status = 200): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
