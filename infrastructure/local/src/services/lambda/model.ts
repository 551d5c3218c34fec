import { AwsError } from '../../endpoint/aws';
import type { FunctionSpec } from '../../artefacts/model';

/** Where a function's code is. */
export type FunctionCode =
  /** Built from source, see code/bundles.ts. */
  | { readonly kind: 'source'; readonly entry: string }
  /** An unpacked deployment package. */
  | { readonly kind: 'package'; readonly directory: string; readonly sha256: string; readonly size: number };

export interface AsyncSettings {
  /** Attempts after the first, 0 to 2. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onSuccessArn?: string | undefined;
  readonly onFailureArn?: string | undefined;
}

export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly runtime: string;
  readonly role: string;
  readonly architectures: readonly string[];
  readonly code: FunctionCode;
  /** As in FunctionConfiguration: `index.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number | undefined;
  readonly deadLetterArn?: string | undefined;
  readonly async: AsyncSettings;
  readonly asyncConfigured: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: readonly Readonly<Record<string, unknown>>[];
  readonly lastModified: number;
  readonly revisionId: string;
}

export const defaultAsync: AsyncSettings = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 };

export function functionArn(region: string, accountId: string, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** What the SAM template says about a function. */
export function fromSpec(spec: FunctionSpec, arn: string): FunctionRecord {
  return {
    name: spec.name,
    arn,
    description: '',
    runtime: 'nodejs22.x',
    role: `${arn.replace(':lambda:', ':iam:').replace(/:function:.*$/, '')}:role/${spec.name}`,
    architectures: ['arm64'],
    code: { kind: 'source', entry: spec.entry },
    handler: `index.${spec.handler.slice(spec.handler.indexOf('.') + 1)}`,
    timeoutSeconds: spec.timeoutSeconds,
    memoryMb: spec.memoryMb,
    environment: spec.environment,
    reservedConcurrency: spec.reservedConcurrency,
    async: {
      maximumRetryAttempts: spec.maximumRetryAttempts,
      maximumEventAgeSeconds: spec.maximumEventAgeSeconds,
      onFailureArn: spec.onFailureArn,
    },
    asyncConfigured: true,
    tags: {},
    policy: [],
    lastModified: Date.now(),
    revisionId: '',
  };
}

const reference =
  /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?(?:(\d{12}):)?function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * A function is named by its name, a partial ARN or an ARN, with or without a qualifier. Only `$LATEST` exists here.
 * Throws AwsError `ValidationException` where it is none of these.
 */
export function parseReference(text: string): { name: string; qualifier?: string } {
  const match = reference.exec(text);
  const name = match?.[2];
  if (name === undefined || name.length > 64) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint`,
    );
  }
  return match?.[3] === undefined ? { name } : { name, qualifier: match[3] };
}

export function functionNotFound(arn: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });
}
