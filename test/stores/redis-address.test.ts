import { expect, test } from 'vitest'
import { parseRedisAddress } from '../../src/stores/redis/address.ts'
import { StoreAddressError } from '../../src/stores/store-errors.ts'
import { quoted } from '../../src/wire/shared/texts.ts'

const plain = { tls: false, database: 0, prefix: 'wechatpay-mock', replicas: 0 }

const node = (host: string, port = 6379) => ({ host, port })

test.for([
  ['redis://cache', { nodes: [node('cache')], shown: 'redis://cache' }],
  ['redis://127.0.0.1:7000/', { nodes: [node('127.0.0.1', 7000)], shown: 'redis://127.0.0.1:7000' }],
  [
    'rediss://ann:p%40ss%3A@cache:6380/2?prefix=shop-1&replicas=1',
    {
      ...{ tls: true, username: 'ann', password: 'p@ss:', database: 2, prefix: 'shop-1', replicas: 1 },
      ...{ nodes: [node('cache', 6380)], shown: 'rediss://cache:6380/2' },
    },
  ],
  ['redis://:secret@[::1]:7000', { password: 'secret', nodes: [node('::1', 7000)], shown: 'redis://[::1]:7000' }],
  [
    'redis://a:1,b,c:3?prefix=x',
    { prefix: 'x', nodes: [node('a', 1), node('b'), node('c', 3)], shown: 'redis://a:1,b,c:3' },
  ],
  [
    'redis+sentinel://s1,s2:26380/mymaster',
    {
      nodes: [node('s1', 26379), node('s2', 26380)],
      sentinel: { master: 'mymaster' },
      shown: 'redis+sentinel://s1,s2:26380/mymaster',
    },
  ],
  [
    'rediss+sentinel://ann:secret@s1/shop.main/2?replicas=1&sentinel_username=sam&sentinel_password=p%40ss',
    {
      ...{ tls: true, username: 'ann', password: 'secret', database: 2, replicas: 1, nodes: [node('s1', 26379)] },
      sentinel: { master: 'shop.main', username: 'sam', password: 'p@ss' },
      shown: 'rediss+sentinel://s1/shop.main/2',
    },
  ],
] as const)('%s', ([text, address]) => {
  expect(parseRedisAddress(text)).toEqual({ ...plain, ...address })
})

test.for([
  ['', /looks like/],
  ['http://cache', /looks like/],
  ['redis://', /looks like/],
  ['redis://a:b:c', /looks like/],
  ['redis://u:secret@cache:x', /looks like/],
  ['redis://u:secret@cache:99999', /no port/],
  ['redis://a,b/1', /no databases/],
  ['redis://u:secret%@cache', /URL-encoded/],
  ['redis://cache?prefix=', /prefix/],
  ['redis://cache?prefix={x}', /prefix/],
  ['redis://cache?replicas=many', /replicas/],
  ['redis://cache?secret=1', /no option secret/],
  ['redis://cache?sentinel_password=1', /no option sentinel_password/],
  ['redis://cache/mymaster', /looks like/],
  ['redis+sentinel://s1:26379', /name of the master/],
  ['redis+sentinel://s1/0/mymaster', /name of the master/],
  ['redis-sentinel://s1/mymaster', /redis\+sentinel:/],
] as const)('%s is refused', ([text, message]) => {
  const refusal = { code: 'MOCK_STORE_ADDRESS', path: '/store', message: expect.stringMatching(message) }
  expect(() => parseRedisAddress(text)).toThrow(expect.objectContaining(refusal))
  expect(() => parseRedisAddress(text)).not.toThrow('u:secret')
})

test('a client library that is too old is told, in both languages, with the version that is needed', () => {
  const told = new StoreAddressError('client_too_old', '', { reason: quoted('1.6.1') })

  expect(told).toMatchObject({
    code: 'MOCK_STORE_CLIENT_TOO_OLD',
    message:
      'A store in Redis or Valkey needs @redis/client 5.0 or newer, and 1.6.1 is installed: npm install @redis/client@latest',
  })
  expect(told.texts.zh).toContain('@redis/client 5.0 或更高版本，当前安装的是 1.6.1')
})
