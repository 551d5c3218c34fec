/** What providers ask for by name; code runs without decorator metadata, so every constructor says `@Inject(…)`. */
export const ENV = Symbol('Env');
export const LOGGER = Symbol('Logger');
export const POSTGRES = Symbol('pg.Pool');
export const REDIS = Symbol('Redis');
export const CHANNELS = Symbol('RedisChannels');
export const DYNAMODB = Symbol('DynamoDBDocumentClient');
export const S3 = Symbol('S3Client');
