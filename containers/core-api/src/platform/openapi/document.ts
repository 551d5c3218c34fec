import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { jsonSchema } from './api-route';

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().describe('Stable; switch on it'),
  correlationId: z.string(),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  orderId: z.uuid().optional().describe('With IDEMPOTENCY_KEY_REUSED: the order that the key stands for'),
});

/** OpenAPI 3.1 of every route, from the decorators of the controllers. */
export function buildDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Yorozu core-api')
    .setDescription(
      'Amounts are integers in the smallest unit of the currency (JPY: yen), times ISO 8601 UTC. ' +
        'Errors are RFC 9457 problem+json with a stable code; every response carries x-correlation-id.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const schemas = { ...document.components?.schemas, Problem: jsonSchema(problem, 'output') };
  return { ...document, components: { ...document.components, schemas } };
}
