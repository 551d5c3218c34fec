/**
 * The shipped artefacts as the local cloud understands them: `infrastructure/resources.json`, `events/rules`,
 * the SAM template (intrinsics resolved) and the ASL files (substitutions applied). See load.ts.
 */

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface TableSpec {
  readonly name: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey?: KeyAttribute;
  readonly globalSecondaryIndexes: readonly {
    readonly name: string;
    readonly hashKey: KeyAttribute;
    readonly rangeKey?: KeyAttribute;
    readonly projection: 'ALL' | 'KEYS_ONLY';
  }[];
  readonly ttlAttribute?: string;
}

export interface QueueSpec {
  readonly name: string;
  readonly visibilityTimeoutSeconds?: number;
  readonly messageRetentionSeconds?: number;
  readonly maxReceiveCount?: number;
  readonly deadLetterQueue?: string;
}

export interface TopicSpec {
  readonly name: string;
  readonly subscriptions: readonly {
    readonly queue: string;
    readonly rawMessageDelivery?: boolean;
    readonly filterPolicy?: Readonly<Record<string, unknown>>;
  }[];
}

export interface BucketSpec {
  readonly name: string;
  readonly publicRead?: boolean;
  readonly expireAfterDays?: number;
  readonly cors?: readonly {
    readonly allowedMethods: readonly string[];
    readonly allowedHeaders: readonly string[];
    readonly exposeHeaders?: readonly string[];
    readonly maxAgeSeconds?: number;
  }[];
}

export interface Resources {
  readonly eventBus: {
    readonly name: string;
    readonly archive: { readonly name: string; readonly retentionDays: number };
  };
  readonly buckets: readonly BucketSpec[];
  readonly tables: readonly TableSpec[];
  readonly queues: readonly QueueSpec[];
  readonly topics: readonly TopicSpec[];
  /** The HTTP API that Terraform owns and the template adds routes to. */
  readonly httpApi?: {
    readonly name: string;
    readonly cors?: NonNullable<HttpApiSpec['cors']>;
    readonly throttling?: Throttling;
  };
}

/** One file of events/rules. */
export interface RuleSpec {
  readonly name: string;
  readonly description: string;
  readonly eventPattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly {
    readonly id: string;
    readonly type: 'sqs' | 'sns' | 'lambda' | 'stepfunctions';
    /** Name of the queue, topic, function or state machine. */
    readonly resource: string;
    readonly inputTransformer?: {
      readonly inputPathsMap: Readonly<Record<string, string>>;
      readonly inputTemplate: string;
    };
    readonly retryPolicy?: {
      readonly maximumEventAgeInSeconds: number;
      readonly maximumRetryAttempts: number;
    };
    readonly deadLetterQueue?: string;
  }[];
}

export interface FunctionSpec {
  readonly logicalId: string;
  readonly name: string;
  /** Absolute path of the entry module, e.g. .../lambdas/saga/reserve-stock/handler.ts */
  readonly entry: string;
  /** Name of the exported handler. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly eventSources: readonly EventSourceSpec[];
  /** Asynchronous invocation: attempts after the first, and where a lost event goes. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn?: string;
}

export interface EventSourceSpec {
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
  readonly enabled: boolean;
  readonly filters: readonly Readonly<Record<string, unknown>>[];
}

export interface StateMachineSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** ASL with DefinitionSubstitutions applied, as JSON text. */
  readonly definition: string;
}

export type HttpIntegration =
  | { readonly type: 'lambda'; readonly functionName: string; readonly timeoutMs: number }
  | HttpProxyIntegration;

export interface HttpProxyIntegration {
  readonly type: 'http';
  /** May hold `{name}` for path parameters of the route. */
  readonly uri: string;
  /** A private integration (VPC link): the path of the request is appended to `uri`. */
  readonly appendPath: boolean;
  /** Undefined: the method of the request. */
  readonly method?: string;
  readonly timeoutMs: number;
  /** `append:header.x` → `$request.header.y`, as API Gateway's parameter mapping has them. */
  readonly requestParameters: Readonly<Record<string, string>>;
}

export type AuthorizerSpec = JwtAuthorizerSpec | LambdaAuthorizerSpec;

/** REQUEST authorizer of an HTTP API, payload format 2.0. */
export interface LambdaAuthorizerSpec {
  readonly type: 'lambda';
  readonly name: string;
  readonly functionName: string;
  /** All must be present, e.g. `$request.header.Authorization`; they are also the cache's key. */
  readonly identitySources: readonly string[];
  readonly simpleResponses: boolean;
  /** 0: not cached. */
  readonly cacheSeconds: number;
}

export interface JwtAuthorizerSpec {
  readonly type: 'jwt';
  readonly name: string;
  readonly identitySource: string;
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface Throttling {
  /** Requests per second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export interface HttpApiSpec {
  readonly apiId: string;
  readonly name: string;
  readonly routes: readonly {
    /** `GET /api/search`, `ANY /api/{proxy+}` or `$default`. */
    readonly routeKey: string;
    readonly integration: HttpIntegration;
    readonly authorizer?: AuthorizerSpec;
    readonly authorizationScopes?: readonly string[];
    readonly throttling?: Throttling;
  }[];
  readonly cors?: {
    readonly allowOrigins: readonly string[];
    readonly allowMethods: readonly string[];
    readonly allowHeaders: readonly string[];
    readonly exposeHeaders: readonly string[];
    readonly allowCredentials: boolean;
    readonly maxAgeSeconds: number;
  };
  readonly throttling?: Throttling;
}

export interface WebSocketApiSpec {
  readonly apiId: string;
  readonly name: string;
  readonly stage: string;
  readonly routeSelectionExpression: string;
  readonly routes: readonly {
    readonly routeKey: string;
    readonly functionName: string;
    readonly timeoutMs: number;
    /** Two-way: what the function returns as `body` goes back to the client. */
    readonly respond: boolean;
  }[];
  /** REQUEST authorizer of $connect. */
  readonly authorizer?: {
    readonly functionName: string;
    /** All must be present, e.g. `route.request.querystring.ticket`. */
    readonly identitySources: readonly string[];
  };
}

export interface Artefacts {
  readonly region: string;
  readonly accountId: string;
  readonly resources: Resources;
  readonly rules: readonly RuleSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly stateMachines: readonly StateMachineSpec[];
  readonly httpApi: HttpApiSpec;
  readonly webSocketApi?: WebSocketApiSpec;
}
