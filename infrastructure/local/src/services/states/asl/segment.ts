import type { Json } from './json';

/** Tells whether a list member stays. `root` is what `$` means inside the filter. */
export type Filter = (node: Json, root: Json) => boolean;

export type Segment =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'indexes'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly type: 'wildcard' }
  | { readonly type: 'descend' }
  | { readonly type: 'filter'; readonly test: Filter }
  | { readonly type: 'function'; readonly name: string };
