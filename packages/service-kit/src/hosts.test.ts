import { hostFilter, loopbackHosts } from './hosts';

it.each([
  ['localhost', true],
  ['LOCALHOST:3000', true],
  ['localhost.:80', true],
  ['images.localhost:4566', true],
  ['127.0.0.1:9200', true],
  ['[::1]:9200', true],
  ['[::1]', true],
  ['rebound.example', false],
  ['localhost.example:3000', false],
  ['notlocalhost', false],
  ['127.0.0.1.nip.example:4566', false],
  ['192.168.1.4:3000', false],
  ['localhost:80:evil', false],
  ['', false],
  [undefined, false],
])('of this machine: %s %s', (host, allowed) => {
  expect(hostFilter(loopbackHosts)(host)).toBe(allowed);
});

it('takes names that are given, exactly or with all below them', () => {
  const allows = hostFilter('core-api, .shop.example');
  const hosts = ['core-api:3000', 'shop.example', 'a.b.shop.example:1', 'myshop.example', 'localhost'];
  expect(hosts.map(allows)).toEqual([true, true, true, false, false]);
  expect(hostFilter(undefined)('anything')).toBe(true);
});
