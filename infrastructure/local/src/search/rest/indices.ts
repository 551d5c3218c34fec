import { badRequest, SearchError } from '../errors';
import type { Mappings } from '../mapping';
import type { SearchNode } from '../node';
import { asClause, listOf, textOf, type Clause } from '../query/scores';
import type { IndexDefinition, SearchIndex } from '../search-index';
import { bodyOf, noHandler, ok, type Answer, type Call } from './call';

const acknowledged = { acknowledged: true };

/** `/{index}`: PUT, GET, HEAD, DELETE. */
export async function handleIndex(node: SearchNode, call: Call): Promise<Answer> {
  const [name = ''] = call.parts;
  switch (call.method) {
    case 'PUT': {
      const { aliases, ...definition } = bodyOf(call);
      const unknown = Object.keys(definition).find((key) => key !== 'settings' && key !== 'mappings');
      if (unknown !== undefined)
        throw badRequest(`unknown key [${unknown}] for create index`, 'parse_exception');
      const index = await node.create(name, definition);
      for (const alias of Object.keys(asClause(aliases ?? {}, '[aliases]'))) node.addAlias(alias, index.name);
      return ok({ ...acknowledged, shards_acknowledged: true, index: name });
    }
    case 'DELETE':
      for (const index of node.resolve(name, call.parameters.get('ignore_unavailable') === 'true'))
        node.delete(index);
      return ok(acknowledged);
    case 'GET':
    case 'HEAD':
      return ok(
        each(node.resolve(name), (index) => ({
          aliases: aliasesOf(node, index),
          mappings: index.mapping.definition,
          ...settingsOf(node, index),
        })),
      );
    default:
      throw noHandler(call);
  }
}

/** `_mapping`, `_settings` and `_alias` of indexes. */
export function handleIndexPart(node: SearchNode, call: Call): Answer {
  const [name = '', part, alias] = call.parts;
  const indexes = node.resolve(name);
  if (call.method === 'GET' || call.method === 'HEAD') {
    if (part === '_mapping' || part === '_mappings')
      return ok(each(indexes, (index) => ({ mappings: index.mapping.definition })));
    if (part === '_settings') return ok(each(indexes, (index) => settingsOf(node, index)));
    return ok(each(indexes, (index) => ({ aliases: aliasesOf(node, index) })));
  }
  if (part === '_mapping' && (call.method === 'PUT' || call.method === 'POST')) {
    for (const index of indexes) {
      index.extend(bodyOf(call));
      node.keep(index);
    }
    return ok(acknowledged);
  }
  if ((part === '_alias' || part === '_aliases') && alias !== undefined) {
    for (const index of indexes) {
      if (call.method === 'DELETE') node.removeAlias(alias, index.name);
      else node.addAlias(alias, index.name);
    }
    return ok(acknowledged);
  }
  throw noHandler(call);
}

function each(indexes: readonly SearchIndex[], show: (index: SearchIndex) => object): object {
  return Object.fromEntries(indexes.map((index) => [index.name, show(index)]));
}

function aliasesOf(node: SearchNode, index: SearchIndex): object {
  return Object.fromEntries(node.aliasesOf(index.name).map((alias) => [alias, {}]));
}

function settingsOf(node: SearchNode, { name, definition }: SearchIndex): { readonly settings: object } {
  const { index, ...flat } = definition.settings ?? {};
  const own = { number_of_shards: '1', number_of_replicas: '0', ...flat, ...(index as object | undefined) };
  const texts = Object.entries(own).map(
    ([key, value]) => [key, typeof value === 'number' ? String(value) : value] as const,
  );
  return { settings: { index: { ...Object.fromEntries(texts), provided_name: name, uuid: node.uuid } } };
}

/** `POST /_aliases`: a list of `add` and `remove`, as OpenSearch applies them: in order. */
export function changeAliases(node: SearchNode, call: Call): Answer {
  if (call.method === 'GET') return ok(each(node.list(), (index) => ({ aliases: aliasesOf(node, index) })));
  for (const entry of listOf(bodyOf(call).actions)) {
    const [kind, body] = Object.entries(asClause(entry, 'an action'))[0] ?? [];
    const action = asClause(body, 'an action');
    const indexes = listOf(action.indices ?? action.index).flatMap((name) => node.resolve(textOf(name)));
    for (const index of indexes) applyAlias(node, kind, index, action);
  }
  return ok(acknowledged);
}

function applyAlias(node: SearchNode, kind: string | undefined, index: SearchIndex, action: Clause): void {
  if (kind === 'remove_index') return node.delete(index);
  if (kind !== 'add' && kind !== 'remove')
    throw badRequest(`Unknown alias action [${kind ?? ''}]`, 'illegal_argument_exception');
  for (const alias of listOf(action.aliases ?? action.alias).map((name) => textOf(name))) {
    if (kind === 'add') node.addAlias(alias, index.name);
    else if (!node.removeAlias(alias, index.name))
      throw new SearchError(404, 'aliases_not_found_exception', `aliases [${alias}] missing`);
  }
}

export function health(node: SearchNode): object {
  return {
    cluster_name: 'local',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
    number_of_data_nodes: 1,
    discovered_master: true,
    discovered_cluster_manager: true,
    active_primary_shards: node.list().length,
    active_shards: node.list().length,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: 0,
    active_shards_percent_as_number: 100,
  };
}

/** `_cat/indices`, `_cat/health`, `_cat/count`: JSON with `format=json`, else a table. */
export function cat(node: SearchNode, call: Call): Answer {
  const rows = catRows(node, call);
  if (call.parameters.get('format') === 'json') return ok(rows);
  const columns = Object.keys(rows[0] ?? {});
  const widths = columns.map((column) =>
    Math.max(...[column, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(' ')
      .trimEnd();
  const heading =
    call.parameters.get('v') === 'true' || call.parameters.get('v') === '' ? [line(columns)] : [];
  const lines = [...heading, ...rows.map((row) => line(columns.map((column) => row[column] ?? '')))];
  return ok(lines.map((text) => `${text}\n`).join(''));
}

function catRows(node: SearchNode, call: Call): Record<string, string>[] {
  const [, table, expression = '_all'] = call.parts;
  const indexes = node.resolve(expression);
  if (table === 'indices')
    return indexes.map((index) => ({
      health: 'green',
      status: 'open',
      index: index.name,
      uuid: node.uuid,
      pri: '1',
      rep: '0',
      'docs.count': String(index.size),
      'docs.deleted': '0',
    }));
  if (table === 'count') return [{ count: String(indexes.reduce((count, { size }) => count + size, 0)) }];
  if (table === 'health') return [{ cluster: 'local', status: 'green', 'node.total': '1' }];
  if (table === 'aliases')
    return indexes.flatMap((index) =>
      node.aliasesOf(index.name).map((alias) => ({ alias, index: index.name })),
    );
  throw noHandler(call);
}
