import { AwsError } from '../../../endpoint/aws';
import { removePackages, storePackage } from '../code/packages';
import { defaultAsync, type FunctionRecord } from '../model';
import type { LambdaService } from '../service';
import { configurationOf, settingsOf } from './configuration';
import {
  invalid,
  optionalBoolean,
  optionalObject,
  optionalString,
  optionalStringMap,
  optionalStrings,
  page,
  requiredString,
} from './input';
import type { Call, Reply, Route } from './router';

/** Create, change, list and delete functions. */
export function functionRoutes(service: LambdaService, directory: string): readonly Route[] {
  const { functions } = service;
  const find = (call: Call): FunctionRecord => functions.get(withQualifier(call)).record;

  async function create(call: Call): Promise<Reply> {
    const input = call.input();
    const name = requiredString(input, 'FunctionName').replace(/^.*:function:/, '');
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) throw invalid(`FunctionName ${name} is not valid`);
    if (functions.find(name))
      throw new AwsError('ResourceConflictException', `Function already exist: ${name}`, 409);
    const zip = optionalString(optionalObject(input, 'Code') ?? {}, 'ZipFile');
    if (zip === undefined)
      throw invalid('Code.ZipFile is required: the local cloud takes packages only with the request');
    requiredString(input, 'Handler');
    requiredString(input, 'Runtime');
    const record: FunctionRecord = {
      name,
      arn: functions.arn(name),
      description: '',
      runtime: '',
      role: requiredString(input, 'Role'),
      handler: '',
      architectures: optionalStrings(input, 'Architectures') ?? ['x86_64'],
      timeoutSeconds: 3,
      memoryMb: 128,
      environment: {},
      ...settingsOf(input),
      code: await storePackage(directory, name, zip),
      async: defaultAsync,
      asyncConfigured: false,
      tags: optionalStringMap(input, 'Tags') ?? {},
      policy: [],
      lastModified: 0,
      revisionId: '',
    };
    return { status: 201, body: configurationOf(functions.create(record)) };
  }

  async function updateCode(call: Call): Promise<Reply> {
    const record = find(call);
    const input = call.input();
    const zip = optionalString(input, 'ZipFile');
    if (zip === undefined)
      throw invalid('ZipFile is required: the local cloud takes packages only with the request');
    const code = await storePackage(directory, record.name, zip);
    if (optionalBoolean(input, 'DryRun') === true) return { body: configurationOf({ ...record, code }) };
    return { body: configurationOf(functions.update(record.name, { code }, true)) };
  }

  async function remove(call: Call): Promise<Reply> {
    const { name } = functions.delete(withQualifier(call));
    service.mappings.removeOf(name);
    await removePackages(directory, name);
    return { status: 204 };
  }

  function get(call: Call): Reply {
    const record = find(call);
    const location = record.code.kind === 'package' ? record.code.directory : record.code.entry;
    return {
      body: {
        Configuration: configurationOf(record),
        Code: { RepositoryType: 'S3', Location: `file://${location}` },
        ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
        ...concurrencyOf(record, 'Concurrency'),
      },
    };
  }

  function list(call: Call): Reply {
    const records = functions.all().map((hosted) => configurationOf(hosted.record));
    const { items, ...next } = page(records, call.request.query);
    return { body: { Functions: items, ...next } };
  }

  return [
    ['POST', '/functions', create],
    ['GET', '/functions', list],
    ['GET', '/functions/{name}', get],
    ['DELETE', '/functions/{name}', remove],
    ['PUT', '/functions/{name}/code', updateCode],
    ['GET', '/functions/{name}/configuration', (call) => ({ body: configurationOf(find(call)) })],
    [
      'PUT',
      '/functions/{name}/configuration',
      (call) => ({
        body: configurationOf(functions.update(find(call).name, settingsOf(call.input()), true)),
      }),
    ],
    ['GET', '/functions/{name}/versions', (call) => ({ body: { Versions: [configurationOf(find(call))] } })],
    [
      'GET',
      '/functions/{name}/aliases',
      (call) => ({ body: { Aliases: [], FunctionVersion: find(call) && '$LATEST' } }),
    ],
    ['GET', '/account-settings', () => ({ body: accountSettings(service) })],
  ];
}

/** The function that a call names, with its `Qualifier` query parameter. */
export function withQualifier(call: Call): string {
  const qualifier = call.request.query.get('Qualifier');
  return `${call.path[0] ?? ''}${qualifier === null || qualifier === '' ? '' : `:${qualifier}`}`;
}

export function concurrencyOf(record: FunctionRecord, member: string): Record<string, unknown> {
  const reserved = record.reservedConcurrency;
  return reserved === undefined ? {} : { [member]: { ReservedConcurrentExecutions: reserved } };
}

function accountSettings(service: LambdaService): object {
  const records = service.functions.all().map((hosted) => hosted.record);
  const reserved = records.reduce((sum, record) => sum + (record.reservedConcurrency ?? 0), 0);
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 1000 - reserved,
    },
    AccountUsage: {
      TotalCodeSize: records.reduce((sum, { code }) => sum + (code.kind === 'package' ? code.size : 0), 0),
      FunctionCount: records.length,
    },
  };
}
