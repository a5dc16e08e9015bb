import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { verify } from '../../contracts/provider/verification.ts'
import { brokenCallbacks } from '../../contracts/strength/variants/callbacks.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { createMock } from '../helpers/engine.ts'
import { test } from './recording.ts'

/** A mock that has told a fresh merchant of a coupon, a payment and a refund. */
async function tell(url: string): Promise<MockControl> {
  const { control } = createMock()
  const { mchid } = await control.createMerchant()
  await control.sendNotification({ event_type: 'COUPON.SEND', mchid, url })
  await control.addOrder({ mchid, out_trade_no: 'MCH_1234567', state: 'NOTPAY', notify_url: url })
  await control.payOrder('MCH_1234567', {}, { mchid })
  await control.deliverNotifications({ mchid })
  await control.sendNotification({ event_type: 'REFUND.CLOSED', mchid, url })
  return control
}

const RECORDED = [
  'is told by COUPON.SEND that a user received a coupon',
  'is told by REFUND.CLOSED that a refund was closed',
  'is told by TRANSACTION.SUCCESS that an order was paid',
  'reads in the plaintext of COUPON.SEND that a user received a coupon',
  'reads in the plaintext of REFUND.CLOSED that a refund was closed',
  'reads in the plaintext of TRANSACTION.SUCCESS that an order was paid',
]

describe('callbacks become messages', () => {
  test('of the callback and of what is sealed in it, the same in every run', async ({ shop, receiver }) => {
    const texts: string[] = []
    const kept: number[] = []
    const secrets: string[] = []
    for (const _ of [1, 2, 3]) {
      const control = await tell(receiver.url)
      const { added, leftOut, callbacks, kept: there } = await shop.record({ control })
      expect({ leftOut, callbacks }).toEqual({ leftOut: [], callbacks: 3 })
      expect(added.map(({ description }) => description)).toEqual(texts.length === 0 ? RECORDED : [])
      texts.push(await readFile(shop.file, 'utf8'))
      kept.push(there)
      for (const { body, headers } of receiver.received) {
        const { id, resource } = JSON.parse(body)
        const signatures = headers.flatMap(([name, value]) => (/(?:Signature|Nonce)$/.test(name) ? [value] : []))
        secrets.push(id, resource.ciphertext, resource.nonce, ...signatures)
      }
    }

    expect(texts).toEqual([texts[0], texts[0], texts[0]])
    expect(kept).toEqual([0, RECORDED.length, RECORDED.length])
    expect(secrets.filter((secret) => texts[0]?.includes(secret))).toEqual([])
    await shop.expectVerified()
  })

  test('by the event, where several have one type', async ({ shop, receiver: { url } }) => {
    const { control } = createMock()
    const { mchid } = await control.createMerchant()
    for (const product of ['/partner-orders', '/combined-orders', '/profit-sharing', '']) {
      await control.sendNotification({ event_type: `TRANSACTION.SUCCESS${product}`, mchid, url } as never)
    }

    const { added, leftOut } = await shop.record({ control })

    expect(leftOut).toEqual([])
    expect(added.map(({ description }) => description)).toEqual([
      'is told by TRANSACTION.SUCCESS that an order was paid',
      'is told by TRANSACTION.SUCCESS/combined-orders that a combined order was paid',
      'is told by TRANSACTION.SUCCESS/partner-orders that an order of a partner was paid',
      'is told by TRANSACTION.SUCCESS/profit-sharing that a receiver was paid a share of an order',
      'reads in the plaintext of TRANSACTION.SUCCESS that an order was paid',
      'reads in the plaintext of TRANSACTION.SUCCESS/combined-orders that a combined order was paid',
      'reads in the plaintext of TRANSACTION.SUCCESS/partner-orders that an order of a partner was paid',
      'reads in the plaintext of TRANSACTION.SUCCESS/profit-sharing that a receiver was paid a share of an order',
    ])
    expect(await shop.record({ control })).toMatchObject({ added: [], kept: added.length })
    await shop.expectVerified()
  })

  test('which agree on words of lists as they are, and on numbers by their shape', async ({ shop, receiver }) => {
    await shop.record({ control: await tell(receiver.url) })

    const { interactions } = JSON.parse(await readFile(shop.file, 'utf8'))
    const paid = interactions.find(({ description }: { description: string }) => description === RECORDED.at(-1))
    expect(paid).toMatchObject({
      type: 'Asynchronous/Messages',
      contents: {
        contentType: 'application/json',
        content: { mchid: '1900000001', out_trade_no: 'MCH_102233445', trade_state: 'SUCCESS', trade_type: 'JSAPI' },
      },
      matchingRules: { body: { '$.out_trade_no': { matchers: [{ match: 'type' }] } } },
    })
    expect(paid.matchingRules.body).not.toHaveProperty(['$.trade_state'])
  })

  test('in Chinese where that is asked for, and known again in the other language', async ({ shop, receiver }) => {
    const control = await tell(receiver.url)
    const { added } = await shop.record({ control, language: 'zh' })

    expect(added.map(({ description }) => description)).toContain('回调 TRANSACTION.SUCCESS：支付成功')
    expect(added.map(({ description }) => description)).toContain(
      '回调明文（plaintext of TRANSACTION.SUCCESS）：支付成功',
    )
    expect(await shop.record({ control })).toMatchObject({ added: [], kept: RECORDED.length })
    await shop.expectVerified()
  })

  const wanted = ['another event', 'unsigned', 'with a wrong tag', 'time in UTC', 'coupon without openid']
  test.for(brokenCallbacks.filter(({ name }) => wanted.includes(name.replace('callback: ', ''))))(
    'which fail where a server sends them otherwise: $name',
    async ({ build }, { shop, receiver }) => {
      const { control } = createMock()
      await control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
      await shop.record({ control })

      const { ok, findings, problems } = await verify([shop.file], build())

      expect({ ok, problems }).toEqual({ ok: false, problems: [] })
      expect(findings).not.toEqual([])
    },
  )

  test('but for those that were not sent as they are', async ({ shop, receiver }) => {
    const { control } = createMock()
    await control.planFault({ event: 'COUPON.SEND', effect: 'bad_signature' })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
    for (const _ of [1, 2]) {
      await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    }

    const { added, leftOut } = await shop.record({ control })

    expect(added).toEqual([])
    expect(leftOut.map(({ call, times, reason }) => [call, times, reason])).toEqual([
      ['COUPON.SEND', 1, 'a planned fault happened to it'],
      ['COUPON.SEND', 2, 'nothing was sent'],
    ])
  })

  test('and are not recorded with the calls of one operation', async ({ shop, receiver }) => {
    const control = await tell(receiver.url)

    expect(await shop.record({ control, operation: 'downloadCertificates' })).toMatchObject({
      added: [],
      callbacks: 0,
      leftOut: [],
    })
  })
})
