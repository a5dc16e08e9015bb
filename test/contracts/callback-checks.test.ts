import { describe, expect, test } from 'vitest'
import { freshnessCheck } from '../../contracts/kit/answer-checks.ts'
import { callbackCheck, faultsOfEnvelope } from '../../contracts/kit/callback-checks.ts'
import { wellKnownCredentials } from '../../fixtures/index.ts'
import { seal } from '../../src/wire/protocol/envelope.ts'

const SENT = { eventType: 'COUPON.SEND', originalType: 'coupon' }

const callback = (told: object, id = 'ID-1', nonce = 'j9g1wAzF9Xn1') => ({
  id,
  create_time: '2026-01-05T10:20:30+08:00',
  resource_type: 'encrypt-resource',
  event_type: 'COUPON.SEND',
  summary: '商家券领券通知',
  resource: {
    original_type: 'coupon',
    ...seal(JSON.stringify(told), wellKnownCredentials.api_v3_key, { nonce, associatedData: 'coupon' }),
  },
})

describe('the envelope of a callback', () => {
  const right = callback({})

  test.for([
    ['as it has to be', {}, []],
    ['with another summary', { summary: '领券' }, []],
    ['of another event', { event_type: 'COUPON.USE' }, ['event_type of the callback is "COUPON.USE"']],
    ['with a resource that is not called encrypted', { resource_type: 'resource' }, ['resource_type of the callback']],
    [
      'of another kind',
      { resource: { ...right.resource, original_type: 'refund' } },
      ['resource.original_type of the'],
    ],
    ['without an id', { id: undefined }, ['The callback has no id.']],
    [
      'in base64 for URLs',
      { resource: { ...right.resource, ciphertext: 'a-_b' } },
      ['resource.ciphertext of the callback is "a-_b", and has to be base64 with + and /.'],
    ],
    ['with an empty summary', { summary: '' }, ['summary of the callback is ""']],
  ] as const)('%s', ([, change, faults]) => {
    expect(faultsOfEnvelope({ ...right, ...change }, SENT).map(({ en }) => en)).toEqual(
      faults.map((fault) => expect.stringContaining(fault)),
    )
  })

  test('has no original_type where the event has none', () => {
    const { original_type: _, ...resource } = right.resource

    expect(faultsOfEnvelope({ ...right, resource }, { ...SENT, originalType: '' })).toEqual([])
  })
})

test('the id of a callback is that of no other, except of one about the same', () => {
  const check = callbackCheck()
  let count = 0
  const about = (told: object, id?: string) =>
    check(callback(told, id, `nonce-${100_000 + count++}`), wellKnownCredentials)

  expect(about({ coupon_code: 'C-1', send_req_no: '1' })).toEqual([])
  expect(about({ coupon_code: 'C-1', send_req_no: '2' })).toEqual([])
  expect(about({ coupon_code: 'C-2' }, 'ID-2')).toEqual([])
  expect(about({ coupon_code: 'C-2' })).toMatchObject([{ en: expect.stringContaining('Its id is ID-1') }])
})

test('two texts are not encrypted with one nonce', () => {
  const check = callbackCheck()

  expect(check(callback({ coupon_code: 'C-1' }), wellKnownCredentials)).toEqual([])
  expect(check(callback({ coupon_code: 'C-1' }), wellKnownCredentials)).toEqual([])
  expect(check(callback({ coupon_code: 'C-2' }, 'ID-2'), wellKnownCredentials)).toMatchObject([
    { en: expect.stringContaining('resource.nonce is j9g1wAzF9Xn1 again') },
  ])
})

test('Request-ID and nonce are those of one answer alone', () => {
  const check = freshnessCheck()
  const answered = (id: string, nonce: string) =>
    check({
      headers: [
        ['Request-ID', id],
        ['Wechatpay-Nonce', nonce],
      ],
    }).map(({ en }) => en)

  expect(answered('08A-0', 'n1')).toEqual([])
  expect(answered('08B-0', 'n2')).toEqual([])
  expect(check({ headers: [] })).toEqual([])
  expect(check({ headers: [] })).toEqual([])
  expect(answered('08A-0', 'n2')).toEqual([
    'Request-ID is 08A-0 again, which an earlier answer or callback had.',
    'Wechatpay-Nonce is n2 again, which an earlier answer or callback had.',
  ])
})
