import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkPeer, OLDEST_PEERS, type PeerName, peerFault } from '../../src/engine/peers.ts'
import { quoted } from '../../src/wire/shared/texts.ts'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const names = Object.keys(OLDEST_PEERS) as PeerName[]

describe('a package that a part needs', () => {
  test.for(names)('%s is here, and is new enough', (name) => {
    expect(peerFault(name)).toBeUndefined()
  })

  test('is missing, and the message says how to install it', () => {
    expect(() => checkPeer('msw', { part: quoted('wechatpay-mock/msw'), versionOf: () => undefined })).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        code: 'MOCK_MSW_MISSING',
        message: 'wechatpay-mock/msw needs msw 2.7 or newer, which is not installed: npm install --save-dev msw',
      }),
    )
  })

  test.for(['2.6.9', '1.3.5', '0.47.4'])('is too old with %s, and the message says which it is', (version) => {
    expect(() => checkPeer('msw', { part: quoted('wechatpay-mock/msw'), versionOf: () => version })).toThrow(
      expect.objectContaining({
        code: 'MOCK_MSW_TOO_OLD',
        message: `wechatpay-mock/msw needs msw 2.7 or newer, and ${version} is installed: npm install --save-dev msw@latest`,
      }),
    )
  })

  test.for(['2.7.0', '2.15.0', '3.0.0', '10.0.0', '3.0.0-beta.1'])('is new enough with %s', (version) => {
    expect(() => checkPeer('msw', { part: quoted('wechatpay-mock/msw'), versionOf: () => version })).not.toThrow()
  })
})

// A range would be a conflict for everybody who has another version and needs none of these parts (decision 0019).
test('the manifest allows every version of each, and needs none', () => {
  expect(manifest.peerDependencies).toEqual(Object.fromEntries(names.map((name) => [name, '*'])))
  expect(manifest.peerDependenciesMeta).toEqual(Object.fromEntries(names.map((name) => [name, { optional: true }])))
})
