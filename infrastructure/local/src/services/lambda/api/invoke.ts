import { randomUUID } from 'node:crypto';
import { AwsError, type AwsRequest, type AwsResponse } from '../../../endpoint/aws';
import type { LambdaService } from '../service';

/** Bytes of an event: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maximumSynchronous = 6_291_456;
const maximumAsynchronous = 1_048_576;

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/;
const invokeAsync = /^\/2014-11-13\/functions\/([^/]+)\/invoke-async\/?$/;

/** Undefined where the request is for something else. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export function handleInvoke(
  service: LambdaService,
  flushed: () => Promise<void>,
  request: AwsRequest,
): Promise<AwsResponse> | undefined {
  if (request.method !== 'POST') return undefined;
  const match = invocations.exec(request.path);
  if (match) return invoke(service, flushed, request, decodeURIComponent(match[1] ?? ''));
  const older = invokeAsync.exec(request.path);
  if (older) return enqueue(service, flushed, request, decodeURIComponent(older[1] ?? ''));
  return undefined;
}

async function invoke(
  service: LambdaService,
  flushed: () => Promise<void>,
  request: AwsRequest,
  path: string,
): Promise<AwsResponse> {
  const qualifier = request.query.get('Qualifier');
  const name = qualifier ? `${path}:${qualifier}` : path;
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type === 'Event') return enqueue(service, flushed, request, name);
  if (type === 'DryRun') {
    service.functions.get(name);
    return { status: 204 };
  }
  if (type !== 'RequestResponse')
    throw new AwsError('InvalidParameterValueException', `Invocation type ${String(type)} is unknown`);
  const context = request.headers['x-amz-client-context'];
  const requestId = randomUUID();
  const result = await service.invoke(name, eventOf(request, maximumSynchronous), {
    requestId,
    logTail: request.headers['x-amz-log-type'] === 'Tail',
    clientContext: typeof context === 'string' ? clientContext(context) : undefined,
  });
  return {
    status: result.statusCode,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': result.executedVersion,
      ...(result.functionError !== undefined && { 'x-amz-function-error': result.functionError }),
      ...(result.logTail !== undefined && { 'x-amz-log-result': result.logTail }),
    },
    body: result.payload,
  };
}

async function enqueue(
  service: LambdaService,
  flushed: () => Promise<void>,
  request: AwsRequest,
  name: string,
): Promise<AwsResponse> {
  const requestId = randomUUID();
  service.enqueue(name, eventOf(request, maximumAsynchronous), requestId);
  await flushed();
  return { status: 202, headers: { 'x-amzn-requestid': requestId }, body: '' };
}

function eventOf(request: AwsRequest, maximum: number): string {
  if (request.body.length > maximum) {
    const message = `Request must be smaller than ${maximum} bytes for the InvokeFunction operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  if (request.body.length === 0) return '{}';
  const text = request.body.toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
  return text;
}

function clientContext(header: string): string {
  const text = Buffer.from(header, 'base64').toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
    );
  }
  return text;
}
