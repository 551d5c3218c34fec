import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The two AWS operations of SQS and the one of EventBridge that the service uses, over the real protocol. */
export interface AwsStandIn {
  readonly url: string;
  /** Details of the events that were published. */
  readonly events: { detailType: string; detail: Record<string, unknown> }[];
  /** Bodies that wait in the queue or are in flight. */
  readonly queue: Map<string, string>;
  put(id: string, body: unknown): void;
  close(): Promise<void>;
}

interface PutEvents {
  Entries: { DetailType: string; Detail: string }[];
}
interface DeleteBatch {
  Entries: { Id: string; ReceiptHandle: string }[];
}

export async function startAwsStandIn(): Promise<AwsStandIn> {
  const events: AwsStandIn['events'] = [];
  const queue = new Map<string, string>();
  const inFlight = new Set<string>();
  let arrived: (() => void) | undefined;

  const operations: Record<string, (input: unknown) => Promise<object>> = {
    PutEvents: async (input) => {
      const { Entries } = input as PutEvents;
      for (const { DetailType, Detail } of Entries) {
        events.push({ detailType: DetailType, detail: JSON.parse(Detail) as Record<string, unknown> });
      }
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    },
    ReceiveMessage: async () => {
      const visible = (): string[] => [...queue.keys()].filter((id) => !inFlight.has(id));
      if (visible().length === 0) await new Promise<void>((resolve) => (arrived = resolve));
      const ids = visible().slice(0, 10);
      for (const id of ids) inFlight.add(id);
      const Messages = ids.map((id) => {
        const Body = queue.get(id) ?? '';
        return {
          MessageId: id,
          ReceiptHandle: id,
          Body,
          MD5OfBody: createHash('md5').update(Body).digest('hex'),
        };
      });
      return { Messages };
    },
    DeleteMessageBatch: async (input) => {
      const { Entries } = input as DeleteBatch;
      for (const { ReceiptHandle } of Entries) queue.delete(ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = operations[String(request.headers['x-amz-target']).split('.').at(-1) ?? ''];
      void operation?.(JSON.parse(Buffer.concat(chunks).toString())).then((output) => {
        response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(output));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    queue,
    put: (id, body) => {
      queue.set(id, typeof body === 'string' ? body : JSON.stringify(body));
      arrived?.();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
