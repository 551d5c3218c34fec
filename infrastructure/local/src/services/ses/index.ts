import {
  AwsError,
  parseJson,
  toAwsError,
  type AwsRequest,
  type AwsResponse,
  type ServiceModule,
} from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import { Mailbox, bareAddress } from './mailbox';
import { badRequest, sendEmail, type Sender, type Suppression } from './send';
import type { Template, TemplateContent } from './templates';

/** SES v2, and the mailbox in which all that is sent ends. */
export interface Ses extends ServiceModule {
  /** Serves `/_local/mailbox` and `/_local/mailbox.html`; undefined for any other request. */
  mailbox(request: AwsRequest): Promise<AwsResponse | undefined>;
}

interface State extends Sender {
  readonly identities: Collection<{ createdAt: number }>;
}

type Body = Readonly<Record<string, unknown>>;
type Route = readonly [method: string, path: RegExp, run: (state: State, body: Body, name: string) => object];

const now = (): number => Math.floor(Date.now() / 1000);

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw badRequest(`${name} is required`);
  return value;
}

function found<T>(collection: Collection<T>, name: string, kind: string): T {
  const value = collection.get(name);
  if (value === undefined) throw new AwsError('NotFoundException', `${kind} <${name}> does not exist.`, 404);
  return value;
}

function absent<T>(collection: Collection<T>, name: string, kind: string): void {
  if (collection.has(name)) throw new AwsError('AlreadyExistsException', `${kind} ${name} already exists.`);
}

function identity(name: string): object {
  const type = name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
  return { IdentityType: type, VerifiedForSendingStatus: true, VerificationStatus: 'SUCCESS' };
}

function suppressed(address: string, { reason, at }: Suppression): object {
  return { EmailAddress: address, Reason: reason, LastUpdateTime: at };
}

const routes: readonly Route[] = [
  ['POST', /^\/outbound-emails$/, (state, body) => sendEmail(state, body)],
  [
    'GET',
    /^\/account$/,
    () => ({ SendingEnabled: true, ProductionAccessEnabled: true, EnforcementStatus: 'HEALTHY' }),
  ],
  [
    'POST',
    /^\/identities$/,
    ({ identities }, body) => {
      const name = text(body.EmailIdentity, 'EmailIdentity');
      absent(identities, name, 'Email identity');
      identities.set(name, { createdAt: now() });
      return identity(name);
    },
  ],
  [
    'GET',
    /^\/identities$/,
    ({ identities }) => ({
      EmailIdentities: [...identities.keys()].map((name) => ({
        IdentityName: name,
        SendingEnabled: true,
        ...identity(name),
      })),
    }),
  ],
  [
    'GET',
    /^\/identities\/([^/]+)$/,
    ({ identities }, _, name) => {
      found(identities, name, 'Email identity');
      return identity(name);
    },
  ],
  [
    'DELETE',
    /^\/identities\/([^/]+)$/,
    ({ identities }, _, name) => {
      found(identities, name, 'Email identity');
      identities.delete(name);
      return {};
    },
  ],
  [
    'POST',
    /^\/templates$/,
    ({ templates }, body) => {
      const name = text(body.TemplateName, 'TemplateName');
      absent(templates, name, 'Template');
      templates.set(name, { name, content: body.TemplateContent as TemplateContent, createdAt: now() });
      return {};
    },
  ],
  [
    'GET',
    /^\/templates$/,
    ({ templates }) => ({
      TemplatesMetadata: [...templates.values()].map(({ name, createdAt }) => ({
        TemplateName: name,
        CreatedTimestamp: createdAt,
      })),
    }),
  ],
  [
    'GET',
    /^\/templates\/([^/]+)$/,
    ({ templates }, _, name) => ({
      TemplateName: name,
      TemplateContent: found(templates, name, 'Template').content,
    }),
  ],
  [
    'PUT',
    /^\/templates\/([^/]+)$/,
    ({ templates }, body, name) => {
      templates.set(name, {
        ...found(templates, name, 'Template'),
        content: body.TemplateContent as TemplateContent,
      });
      return {};
    },
  ],
  [
    'DELETE',
    /^\/templates\/([^/]+)$/,
    ({ templates }, _, name) => {
      found(templates, name, 'Template');
      templates.delete(name);
      return {};
    },
  ],
  [
    'PUT',
    /^\/suppression\/addresses$/,
    (state, body) => {
      const { Reason: reason } = body;
      if (reason !== 'BOUNCE' && reason !== 'COMPLAINT')
        throw badRequest('Reason must be BOUNCE or COMPLAINT');
      state.suppressed.set(bareAddress(text(body.EmailAddress, 'EmailAddress')), { reason, at: now() });
      return {};
    },
  ],
  [
    'GET',
    /^\/suppression\/addresses$/,
    (state) => ({
      SuppressedDestinationSummaries: [...state.suppressed].map(([address, entry]) =>
        suppressed(address, entry),
      ),
    }),
  ],
  [
    'GET',
    /^\/suppression\/addresses\/([^/]+)$/,
    (state, _, name) => ({
      SuppressedDestination: suppressed(name, found(state.suppressed, bareAddress(name), 'Address')),
    }),
  ],
  [
    'DELETE',
    /^\/suppression\/addresses\/([^/]+)$/,
    (state, _, name) => {
      found(state.suppressed, bareAddress(name), 'Address');
      state.suppressed.delete(bareAddress(name));
      return {};
    },
  ],
];

export async function createSes({ store }: CloudContext): Promise<Ses> {
  const mailbox = await Mailbox.open(store);
  const state: State = {
    mailbox,
    templates: await store.collection<Template>('ses.templates'),
    suppressed: await store.collection<Suppression>('ses.suppressed'),
    identities: await store.collection<{ createdAt: number }>('ses.identities'),
  };
  return {
    name: 'ses',
    handle: (request) => handle(state, request, () => store.flushed()),
    mailbox: (request) => mailbox.handle(request),
  };
}

async function handle(state: State, request: AwsRequest, flushed: () => Promise<void>): Promise<AwsResponse> {
  const headers = { 'content-type': 'application/json' };
  try {
    const path = decodeURIComponent(request.path).replace(/^\/v2\/email/, '');
    const route = routes.find(([method, pattern]) => method === request.method && pattern.test(path));
    if (!route)
      throw new AwsError(
        'NotFoundException',
        `The local cloud does not serve ${request.method} ${request.path}`,
        404,
      );
    const [, pattern, run] = route;
    const output = run(state, parseJson(request.body) as Body, pattern.exec(path)?.[1] ?? '');
    if (request.method !== 'GET') await flushed();
    return { status: 200, headers, body: JSON.stringify(output) };
  } catch (error) {
    const { status, code, message } = toAwsError(error);
    return { status, headers: { ...headers, 'x-amzn-errortype': code }, body: JSON.stringify({ message }) };
  }
}
