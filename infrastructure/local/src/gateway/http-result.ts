import type { Reply } from './exchange';

/**
 * What a function's result means as an HTTP answer in payload format 2.0: an object with `statusCode` is taken apart,
 * anything else is the JSON body of a 200. Undefined: the result cannot be an answer (500).
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpResult(payload: string): Reply | undefined {
  let result: unknown;
  try {
    result = JSON.parse(payload === '' ? 'null' : payload);
  } catch {
    return undefined;
  }
  if (!isObject(result) || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { status: 200, headers: [['content-type', 'application/json']], body };
  }
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const headers = resultHeaders(result);
  const body = resultBody(result);
  if (!headers || body === undefined) return undefined;
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['content-type', 'text/plain;charset=UTF-8']);
  }
  return { status, headers, body };
}

function resultHeaders(result: Record<string, unknown>): [string, string][] | undefined {
  const headers: [string, string][] = [];
  if (isObject(result.headers)) {
    for (const [name, value] of Object.entries(result.headers)) {
      if (
        value === null ||
        value === undefined ||
        /^(content-length|transfer-encoding|connection)$/i.test(name)
      )
        continue;
      if (!validName.test(name)) return undefined;
      headers.push([name, headerValue(value)]);
    }
  }
  if (isObject(result.multiValueHeaders)) {
    for (const [name, values] of Object.entries(result.multiValueHeaders)) {
      if (!validName.test(name) || !Array.isArray(values)) return undefined;
      for (const value of values) headers.push([name, headerValue(value)]);
    }
  }
  if (Array.isArray(result.cookies)) {
    for (const cookie of result.cookies) headers.push(['set-cookie', headerValue(cookie)]);
  }
  return headers;
}

const validName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Line breaks would end the header. */
function headerValue(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[\r\n\0]+/g, ' ');
}

function resultBody({ body, isBase64Encoded }: Record<string, unknown>): string | Buffer | undefined {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') return undefined;
  return isBase64Encoded === true ? Buffer.from(body, 'base64') : body;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
