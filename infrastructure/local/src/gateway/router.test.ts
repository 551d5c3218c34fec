import { Router } from './router';
import { lambdaRoute } from './testing';

const router = new Router(
  [
    '$default',
    'ANY /{proxy+}',
    'ANY /pets/{proxy+}',
    'GET /pets/{id}',
    'ANY /pets/dog',
    'GET /pets/dog',
    'GET /pets/{id}/toys/{toy}',
    'GET /',
  ].map((routeKey) => lambdaRoute(routeKey, 'any')),
);

function matched(
  method: string,
  path: string,
): [string | undefined, Readonly<Record<string, string>> | undefined] {
  const match = router.match(method, path);
  return [match?.route.routeKey, match?.parameters];
}

describe('Router', () => {
  test.each([
    ['GET', '/pets/dog', 'GET /pets/dog', {}],
    ['POST', '/pets/dog', 'ANY /pets/dog', {}],
    ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
    ['POST', '/pets/cat', 'ANY /pets/{proxy+}', { proxy: 'cat' }],
    ['GET', '/pets/1/toys/a%20b', 'GET /pets/{id}/toys/{toy}', { id: '1', toy: 'a%20b' }],
    ['GET', '/pets/1/2/3', 'ANY /pets/{proxy+}', { proxy: '1/2/3' }],
    ['GET', '/other/place', 'ANY /{proxy+}', { proxy: 'other/place' }],
    ['GET', '/pets/', 'ANY /{proxy+}', { proxy: 'pets/' }],
    ['GET', '/', 'GET /', {}],
    ['POST', '/', '$default', {}],
  ])('%s %s takes %s', (method, path, routeKey, parameters) => {
    expect(matched(method, path)).toEqual([routeKey, parameters]);
  });

  it('has no route where nothing fits and there is no $default', () => {
    const strict = new Router([lambdaRoute('GET /a/{proxy+}', 'any')]);
    expect(strict.match('GET', '/a')).toBeUndefined();
    expect(strict.match('GET', '/a/')).toBeUndefined();
    expect(strict.match('PUT', '/a/b')).toBeUndefined();
  });
});
