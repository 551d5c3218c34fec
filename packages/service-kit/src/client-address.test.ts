import { clientAddress, clientKey, trustedProxies } from './client-address';

describe('the address of a client', () => {
  const proxies = trustedProxies('10.0.0.0/16, 192.0.2.7,2001:db8:1::/48');

  it.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['10.0.3.4', undefined, '10.0.3.4'],
    ['10.0.3.4', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.0.3.4', '198.51.100.1', '198.51.100.1'],
    ['10.0.3.4', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['10.0.3.4', '198.51.100.1, 203.0.113.9, 192.0.2.7', '203.0.113.9'],
    ['2001:db8:1::5', '2001:db8:2::1', '2001:db8:2::1'],
    ['10.0.3.4', '198.51.100.1, nonsense', '10.0.3.4'],
    ['10.0.3.4', '', '10.0.3.4'],
    ['10.1.0.1', '198.51.100.1', '10.1.0.1'],
  ])('called from %s with %s is %s', (peer, forwardedFor, client) => {
    expect(clientAddress(peer, forwardedFor, proxies)).toBe(client);
  });

  it('is the socket’s where no proxy is trusted', () => {
    expect(clientAddress('127.0.0.1', '198.51.100.1', trustedProxies(''))).toBe('127.0.0.1');
  });

  it.each(['10.0.0.0/33', 'localhost', '10.0.0.0/16;10.1.0.0/16'])('%s is no list of proxies', (list) => {
    expect(() => trustedProxies(list)).toThrow();
  });
});

describe('what limits count', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['', 'unknown'],
    ['0x7f000001', 'unknown'],
  ])('%s is counted as %s', (address, key) => expect(clientKey(address)).toBe(key));
});
