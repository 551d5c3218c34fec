import type { Json, JsonObject } from './json';

/** What expressions of a state may look at beside the data itself. */
export interface Scope {
  /** `$$` / `$states.context`; made when asked for. */
  context(): JsonObject;
  readonly variables: JsonObject;
  /** The state's raw input (`$states.input`). */
  readonly input: Json;
  /** JSONata's `$states.result`, where the state has one by then. */
  readonly result?: Json;
  /** JSONata's `$states.errorOutput`, in a catcher. */
  readonly errorOutput?: Json;
}

/** A compiled expression or payload template. `data` is what `$` means at that point (JSONPath). */
export type Evaluate = (data: Json, scope: Scope) => Json | Promise<Json>;

export type QueryLanguage = 'JSONPath' | 'JSONata';
