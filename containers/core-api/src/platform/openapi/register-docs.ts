import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { buildDocument } from './document';
import { renderDocs } from './docs-page';

/** Serves the document at /api/openapi.json and the page at /api/docs; both are made once. */
export function registerDocs(app: INestApplication, fastify: FastifyInstance): void {
  const document = buildDocument(app);
  const json = JSON.stringify(document);
  const page = renderDocs(document);
  fastify.get('/api/openapi.json', (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(json),
  );
  fastify.get('/api/docs', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      )
      .send(page),
  );
}
