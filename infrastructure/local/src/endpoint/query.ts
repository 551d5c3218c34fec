import { randomUUID } from 'node:crypto';
import { AwsError, toAwsError, type AwsRequest, type AwsResponse } from './aws';

/**
 * The AWS query protocol: a form in, XML out. Forms carry no types and XML no lists, so each operation says what
 * its input and output look like. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export type Shape =
  'string' | 'integer' | 'boolean' | 'blob' | 'timestamp' | ListShape | MapShape | StructureShape;

interface ListShape {
  readonly kind: 'list';
  readonly of: Shape;
  /** A flattened list repeats this name instead of wrapping its members. */
  readonly flattened?: string;
}

interface MapShape {
  readonly kind: 'map';
  readonly of: Shape;
  readonly key: string;
  readonly value: string;
  readonly flattened?: string;
}

export interface StructureShape {
  readonly kind: 'structure';
  readonly members: Readonly<Record<string, Shape>>;
}

export const list = (of: Shape, flattened?: string): ListShape => ({
  kind: 'list',
  of,
  ...(flattened ? { flattened } : {}),
});

export const map = (
  of: Shape,
  names: { key?: string; value?: string; flattened?: string } = {},
): MapShape => ({
  kind: 'map',
  of,
  key: names.key ?? 'key',
  value: names.value ?? 'value',
  ...(names.flattened ? { flattened: names.flattened } : {}),
});

export const structure = (members: Readonly<Record<string, Shape>>): StructureShape => ({
  kind: 'structure',
  members,
});

export interface QueryOperation {
  readonly input: StructureShape;
  /** Left out where the operation answers nothing. */
  readonly output?: StructureShape;
  readonly run: (input: never, request: AwsRequest) => unknown;
}

export interface QueryService {
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** Where the query protocol knows an error by another code or status than JSON does. */
  readonly errorOf?: (error: AwsError) => { readonly code: string; readonly status: number };
}

export function isQueryRequest(request: AwsRequest): boolean {
  return request.headers['x-amz-target'] === undefined;
}

/** `flushed` is awaited before the answer, with the name of the operation that ran. */
export async function handleQuery(
  request: AwsRequest,
  service: QueryService,
  flushed: (operation: string) => Promise<void>,
): Promise<AwsResponse> {
  const requestId = randomUUID();
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  try {
    const form = parseForm(
      request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString('utf8')),
    );
    const name = form.children?.get('Action')?.text ?? '';
    const operation = Object.hasOwn(service.operations, name) ? service.operations[name] : undefined;
    if (!operation) throw new AwsError('InvalidAction', `The action ${name} is not valid for this endpoint.`);
    const output = await operation.run((decode(form, operation.input) ?? {}) as never, request);
    await flushed(name);
    const result = operation.output
      ? `<${name}Result>${encode(output, operation.output)}</${name}Result>`
      : '';
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    const body = `<?xml version="1.0"?><${name}Response xmlns="${service.namespace}">${result}${metadata}</${name}Response>`;
    return { status: 200, headers, body };
  } catch (caught) {
    const error = toAwsError(caught);
    const { code, status } = service.errorOf?.(error) ?? error;
    const fault = `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${escapeXml(error.message)}</Message>`;
    const body = `<?xml version="1.0"?><ErrorResponse xmlns="${service.namespace}"><Error>${fault}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, headers, body };
  }
}

/** `A.1.B=x` as a tree: names lead to nodes, and a node may have text. */
interface FormNode {
  text?: string;
  children?: Map<string, FormNode>;
}

function parseForm(parameters: URLSearchParams): FormNode {
  const root: FormNode = {};
  for (const [name, text] of parameters) {
    let node = root;
    for (const part of name.split('.')) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = {}));
      node = child;
    }
    node.text = text;
  }
  return root;
}

function decode(node: FormNode, shape: Shape): unknown {
  if (typeof shape === 'string') return node.text === undefined ? undefined : decodeScalar(node.text, shape);
  switch (shape.kind) {
    case 'structure':
      return decodeStructure(node, shape);
    case 'list':
      return numbered(shape.flattened ? node : node.children?.get('member')).map((member) =>
        decode(member, shape.of),
      );
    case 'map':
      return Object.fromEntries(
        numbered(shape.flattened ? node : node.children?.get('entry')).map((entry) => {
          const value = entry.children?.get(shape.value);
          return [entry.children?.get(shape.key)?.text ?? '', value ? decode(value, shape.of) : undefined];
        }),
      );
  }
}

function decodeStructure(node: FormNode, shape: StructureShape): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const child = node.children?.get(wireName(name, member));
    const value = child && decode(child, member);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function decodeScalar(text: string, shape: Shape): unknown {
  if (shape === 'boolean') return text === 'true';
  if (shape !== 'integer') return text;
  const number = Number(text);
  if (!Number.isInteger(number) || text.trim() === '')
    throw new AwsError('MalformedInput', `${text} is not an integer`);
  return number;
}

function numbered(node: FormNode | undefined): FormNode[] {
  const members = [...(node?.children ?? [])].filter(([name]) => /^\d+$/.test(name));
  return members.sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => member);
}

function wireName(name: string, shape: Shape): string {
  return typeof shape !== 'string' && shape.kind !== 'structure' && shape.flattened ? shape.flattened : name;
}

function encode(value: unknown, shape: Shape): string {
  if (typeof shape === 'string') return escapeXml(encodeScalar(value, shape));
  if (shape.kind === 'structure') {
    const source = (value ?? {}) as Record<string, unknown>;
    let xml = '';
    for (const [name, member] of Object.entries(shape.members)) {
      const part = source[name];
      if (part !== undefined && part !== null) xml += encodeMember(name, part, member);
    }
    return xml;
  }
  if (shape.kind === 'list')
    return (value as unknown[]).map((part) => element('member', encode(part, shape.of))).join('');
  return encodeEntries(value, shape, 'entry');
}

function encodeMember(name: string, value: unknown, shape: Shape): string {
  if (typeof shape === 'string' || shape.kind === 'structure' || !shape.flattened)
    return element(name, encode(value, shape));
  const wire = shape.flattened;
  if (shape.kind === 'map') return encodeEntries(value, shape, wire);
  return (value as unknown[]).map((part) => element(wire, encode(part, shape.of))).join('');
}

function encodeEntries(value: unknown, shape: MapShape, name: string): string {
  return Object.entries(value as Record<string, unknown>)
    .map(([key, part]) =>
      element(name, element(shape.key, escapeXml(key)) + element(shape.value, encode(part, shape.of))),
    )
    .join('');
}

function encodeScalar(value: unknown, shape: Shape): string {
  return shape === 'timestamp' && value instanceof Date ? value.toISOString() : String(value);
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const xmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => xmlEscapes[character] ?? character);
}
