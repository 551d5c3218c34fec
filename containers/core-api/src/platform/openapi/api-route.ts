import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiResponseSchemaHost,
} from '@nestjs/swagger';
import { z } from 'zod';

type Schema = Exclude<ApiResponseSchemaHost['schema'], { $ref: string }>;

export interface ApiRouteOptions {
  readonly summary: string;
  readonly status: number;
  readonly response?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly params?: readonly string[];
  readonly headers?: Readonly<Record<string, { description: string; required: boolean }>>;
  /** Codes a client can meet here besides 400 VALIDATION_FAILED and 429 RATE_LIMITED. */
  readonly problems?: Readonly<Record<number, string>>;
  readonly signedIn?: boolean;
}

/** Documents a route from the very schemas that validate it. */
export function ApiRoute(options: ApiRouteOptions): MethodDecorator {
  const {
    summary,
    status,
    response,
    query,
    body,
    params = [],
    headers = {},
    problems = {},
    signedIn = false,
  } = options;
  const decorators = [
    ApiOperation({ summary }),
    ApiResponse({
      status,
      description: 'Success',
      ...(response && { schema: jsonSchema(response, 'output') }),
    }),
    ...params.map((name) => ApiParam({ name, schema: { type: 'string', format: 'uuid' } })),
    ...Object.entries(headers).map(([name, { description, required }]) =>
      ApiHeader({ name, description, required }),
    ),
    ...Object.entries<z.ZodType>(query?.shape ?? {}).map(([name, schema]) =>
      ApiQuery({
        name,
        required: !schema.safeParse(undefined).success,
        schema: jsonSchema(schema, 'input'),
      }),
    ),
    ...Object.entries({ ...problems, ...(signedIn && { 401: 'UNAUTHENTICATED' }) }).map(([problem, codes]) =>
      ApiResponse({
        status: Number(problem),
        description: codes,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  ];
  if (body !== undefined) decorators.push(ApiBody({ schema: jsonSchema(body, 'input') }));
  if (signedIn) decorators.push(ApiBearerAuth());
  return applyDecorators(...decorators);
}

/** OpenAPI 3.1 schemas are JSON Schema 2020-12, which is what zod writes. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as Schema;
}

/** `{items, page, pageSize, total}` of what `item` describes. */
export function pageOf(item: z.ZodType) {
  return z.object({ items: z.array(item), page: z.int(), pageSize: z.int(), total: z.int() });
}
