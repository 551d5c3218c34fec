import { isForeign } from './request-origin';

const shop = 'https://shop.example';
const evil = 'https://evil.example';

it.each([
  ['a client that is no browser', 'POST', {}, false],
  ['the storefront', 'POST', { origin: shop, 'sec-fetch-site': 'cross-site', host: 'api.example' }, false],
  ['a page of the same host', 'POST', { origin: 'http://localhost:5173', host: 'localhost:5173' }, false],
  ['a page of the same origin', 'POST', { origin: evil, 'sec-fetch-site': 'same-origin' }, false],
  ['an address typed in', 'POST', { 'sec-fetch-site': 'none' }, false],
  ['a read', 'GET', { origin: evil, 'sec-fetch-site': 'cross-site' }, false],
  ['a foreign page', 'POST', { origin: evil, host: 'shop.example' }, true],
  ['a foreign page', 'delete', { origin: evil, host: 'shop.example' }, true],
  ['a sandboxed page', 'POST', { origin: 'null', host: 'shop.example' }, true],
  [
    'a page of the same site',
    'POST',
    { origin: 'https://x.shop.example', 'sec-fetch-site': 'same-site' },
    true,
  ],
  ['a foreign page without Origin', 'POST', { 'sec-fetch-site': 'cross-site' }, true],
  ['the same host on another port', 'POST', { origin: 'http://localhost:9', host: 'localhost:5173' }, true],
  ['a foreign page', 'POST', { origin: evil }, true],
  ['an origin that begins alike', 'POST', { origin: `${shop}.evil.example`, host: 'shop.example' }, true],
])('%s with %s %j: %s', (_who, method, headers, foreign) => {
  expect(isForeign(method, headers, [shop])).toBe(foreign);
});
