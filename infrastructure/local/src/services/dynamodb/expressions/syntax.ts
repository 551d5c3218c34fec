/** What the expression parsers produce. A name that starts with `#` is an alias (ExpressionAttributeNames). */

export interface Path {
  readonly type: 'path';
  readonly steps: readonly (string | number)[];
}

export interface ValueReference {
  readonly type: 'value';
  /** With the colon. */
  readonly name: string;
}

export interface Size {
  readonly type: 'size';
  readonly operand: Path | ValueReference;
}

export type Operand = Path | ValueReference | Size;
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly type: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly type: 'not'; readonly condition: Condition }
  | {
      readonly type: 'compare';
      readonly operator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly type: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly type: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly type: 'exists'; readonly path: Path; readonly wanted: boolean }
  | { readonly type: 'attributeType'; readonly path: Path; readonly wanted: ValueReference }
  | { readonly type: 'beginsWith' | 'contains'; readonly operand: Operand; readonly value: Operand };

export type UpdateOperand =
  | Path
  | ValueReference
  | { readonly type: 'ifNotExists'; readonly path: Path; readonly fallback: UpdateOperand }
  | { readonly type: 'listAppend'; readonly left: UpdateOperand; readonly right: UpdateOperand }
  | {
      readonly type: 'arithmetic';
      readonly operator: '+' | '-';
      readonly left: UpdateOperand;
      readonly right: UpdateOperand;
    };

export interface Update {
  readonly sets: readonly { readonly path: Path; readonly value: UpdateOperand }[];
  readonly removes: readonly Path[];
  readonly adds: readonly { readonly path: Path; readonly value: ValueReference }[];
  readonly deletes: readonly { readonly path: Path; readonly value: ValueReference }[];
}

/** A type that a literal must have, checked when the values of a request are known. */
export interface OperandCheck {
  readonly value: string;
  readonly operator: string;
  readonly types: readonly string[];
}

/** A parsed expression with what it refers to. */
export interface Parsed<T> {
  readonly root: T;
  readonly aliases: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  readonly checks: readonly OperandCheck[];
}

/** The text after `Invalid <Kind>Expression: `. */
export class ExpressionError extends Error {
  readonly code = 'ExpressionError';
}
