import { withoutBlank } from '@yorozu/service-kit/query';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { available, canonicalLines, type Outcome, type StockRequest } from '../ledger/requests';
import type { StockRepository } from '../stock.repository';
import { parse } from './problem';
import { orderParams, receiptBody, reserveBody, stockQuery } from './schemas';

export interface RouteDeps {
  /** Applies a request durably, or rejects with a DomainError. */
  readonly submit: (request: StockRequest) => Promise<Outcome>;
  readonly stock: StockRepository;
}

export function registerRoutes(app: FastifyInstance, { submit, stock }: RouteDeps): void {
  app.post('/reservations', async (request, reply) => {
    const { orderId, items, ttlSeconds } = parse(reserveBody, request.body);
    const trace = { correlationId: request.id };
    const lines = canonicalLines(items);
    return answer(reply, await submit({ kind: 'reserve', orderId, lines, ttlSeconds, trace }));
  });

  for (const kind of ['commit', 'release'] as const) {
    app.post(`/reservations/:orderId/${kind}`, async (request, reply) => {
      const { orderId } = parse(orderParams, request.params);
      const outcome = await submit({ kind, orderId, trace: { correlationId: request.id } });
      return answer(reply, outcome, 200);
    });
  }

  app.post('/receipts', async (request, reply) => {
    const receipt = parse(receiptBody, request.body);
    return answer(reply, await submit({ kind: 'receive', ...receipt, trace: { correlationId: request.id } }));
  });

  app.get('/stock', async (request) => {
    const { ids, page, pageSize } = parse(stockQuery, withoutBlank(request.query));
    return ids ? stock.find(ids) : stock.list(page, pageSize);
  });
}

function answer(reply: FastifyReply, outcome: Outcome, createdStatus = 201): FastifyReply {
  return reply.code(outcome.created ? createdStatus : 200).send(outcomeBody(outcome));
}

function outcomeBody(outcome: Outcome): object {
  if (outcome.kind === 'receipt') {
    const { receipt, level } = outcome;
    return { ...receipt, onHand: level.quantity, available: available(level) };
  }
  const { orderId, state, lines, expiresAt } = outcome.reservation;
  return {
    orderId,
    state,
    items: lines,
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  };
}
