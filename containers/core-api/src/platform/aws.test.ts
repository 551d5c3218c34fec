import { createServer, type AddressInfo } from 'node:net';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isUnavailable } from '@yorozu/service-kit/unavailable';
import { createDynamoDb } from './aws';

test('a DynamoDB that takes connections and says nothing is away, after three attempts of 3 s', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'ap-northeast-1',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const dynamodb = createDynamoDb();
  const started = Date.now();
  try {
    const get = new GetCommand({ TableName: 'ecommerce-orders', Key: { order_id: '1' } });
    const error: unknown = await dynamodb.send(get).catch((thrown: unknown) => thrown);
    expect(isUnavailable(error)).toBe(true);
    expect(Date.now() - started).toBeLessThan(12_000);
  } finally {
    dynamodb.destroy();
    silent.close();
  }
});
