/** Answers with its event; `?answer=` chooses other answers. */
export const handler = async (event) => {
  switch (event.queryStringParameters?.answer) {
    case 'throw':
      throw new Error('thrown');
    case 'text':
      return 'text';
    case 'object':
      return { hello: 'world' };
    case 'binary':
      return {
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: Buffer.from([0, 255]).toString('base64'),
        isBase64Encoded: true,
      };
    case 'cookies':
      return { statusCode: 201, headers: { 'x-one': '1' }, cookies: ['a=1', 'b=2'], body: 'made' };
    default:
      if (event.routeKey === 'GET /slow') await new Promise((resolve) => setTimeout(resolve, 1000));
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      };
  }
};
