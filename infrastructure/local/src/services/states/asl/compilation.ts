import type { ResolveResource } from '../integrations/model';
import type { Fields } from './fields';
import type { Json } from './json';
import type { Machine } from './model';
import type { QueryLanguage } from './scope';

/** What the parts of one definition share while it is compiled. */
export interface Compilation {
  readonly resolve: ResolveResource;
  /** State names are unique in the whole definition, branches included. */
  readonly names: Set<string>;
  /** Compiles the StartAt and States of a branch. */
  readonly machine: (fields: Fields, compilation: Compilation) => Machine;
}

export function languageOf(value: Json | undefined): QueryLanguage | undefined {
  return value === 'JSONPath' || value === 'JSONata' ? value : undefined;
}
