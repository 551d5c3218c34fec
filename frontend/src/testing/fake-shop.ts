/** The shop as a browser meets it: a fetch that answers as a test says, and remembers what was sent. */

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: Headers;
}

export type Answer = (sent: Sent) => Response | Promise<Response>;

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers });

export const problem = (
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Response => json({ type: 'about:blank', title: code, status, code, ...more }, status, headers);

/** No answer: what fetch does when the line is dead. */
export const silence: Answer = () => Promise.reject(new TypeError('Failed to fetch'));

export class FakeShop {
  readonly sent: Sent[] = [];
  private readonly routes = new Map<string, Answer[]>();

  constructor() {
    globalThis.fetch = ((path: string, init: RequestInit) => this.answer(path, init)) as typeof fetch;
  }

  /** `POST /api/orders`: the answers in their order, the last one for ever. A `*` stands for one part of the path. */
  on(route: string, ...answers: Answer[]): this {
    this.routes.set(route, answers);
    return this;
  }

  /** What was sent to a route, oldest first. */
  to(route: string): Sent[] {
    return this.sent.filter((sent) => matches(route, sent));
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined;
    const [path = ''] = url.split('?');
    const sent = { method: init.method ?? 'GET', path, body, headers: new Headers(init.headers) };
    this.sent.push(sent);
    // A network takes its time, and is interrupted by who no longer waits.
    await Promise.resolve();
    const route = [...this.routes.keys()].find((known) => matches(known, sent));
    const answers = route === undefined ? undefined : this.routes.get(route);
    const next = answers && answers.length > 1 ? answers.shift() : answers?.[0];
    return next ? next(sent) : problem(404, 'NOT_FOUND');
  }
}

function matches(route: string, { method, path }: Pick<Sent, 'method' | 'path'>): boolean {
  const [wantedMethod, wantedPath = ''] = route.split(' ');
  const [wanted, given] = [wantedPath.split('/'), path.split('/')];
  return (
    method === wantedMethod &&
    wanted.length === given.length &&
    wanted.every((part, index) => part === '*' || part === given[index])
  );
}
