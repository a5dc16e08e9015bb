import { describe } from 'vitest'
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin'
import { engineOf } from '../../src/mock.ts'
import {
  applyUserConfirmAuthorization,
  createImageTask,
  createRefund,
  jsapiPrepay,
  securityEcho,
  sendCoupon,
  setCallback,
  setProductCouponAddress,
  transferToUser,
} from '../../src/products/operations.ts'
import { test as base, expect, type WechatPay } from '../../src/testing/index.ts'
import { SIMULATED_EVENTS } from '../helpers/events.ts'
import { type Received, startReceiver } from '../helpers/receiver.ts'
import { wanted } from '../products/transfer/transfers.ts'

const test = base
  .extend('receiver', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver((_, response) => response.writeHead(204).end())
    onCleanup(() => receiver.close())
    return receiver
  })
  // Behind `extend`: before it, it would be the shared `test` that is changed, for every file of the process.
  .override('wechatpayOptions', { intercept: false })

/** A shop's receiver, with nothing but what the SDK brings: verifies the signature, and opens what is sealed. */
function receive(received: Received, { credentials }: WechatPay): Record<string, unknown> {
  const header = (name: string) => {
    const value = received.header(`Wechatpay-${name}`)
    if (value === undefined) throw new Error(`There is no Wechatpay-${name}`)
    return value
  }
  const keys: Record<string, string> = Object.fromEntries(
    credentials.platform_certificates.map(({ serial_no, certificate }) => [serial_no, certificate]),
  )
  const { platform_public_key: own } = credentials
  const key = own?.id === header('Serial') ? own.public_key : keys[header('Serial')]
  if (key === undefined) throw new Error(`It is signed with ${header('Serial')}`)
  if (Math.abs(Formatter.timestamp() - Number(header('Timestamp'))) > 300) throw new Error('It is too old')
  const message = Formatter.response(header('Timestamp'), header('Nonce'), received.body)
  if (!Rsa.verify(message, header('Signature'), Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))) throw new Error('It is forged')
  const { resource } = JSON.parse(received.body)
  const { ciphertext, nonce, associated_data } = resource
  return JSON.parse(Aes.AesGcm.decrypt(ciphertext, credentials.api_v3_key, nonce, associated_data))
}

describe.for(['certificate', 'public-key'] as const)("wechatpay-axios-plugin's helpers with the %s", (keyMode) => {
  test.override('wechatpayOptions', { intercept: false, keyMode })

  test.for([...SIMULATED_EVENTS, 'COMPLAINT.CREATE'])(
    'verify and open %s',
    async (event_type, { wechatpay, receiver }) => {
      const sent = await wechatpay.control.sendNotification({ event_type, url: receiver.url })

      const [received, ...others] = receiver.received
      if (!received) throw new Error('Nothing came')
      expect(others).toEqual([])
      expect(receive(received, wechatpay)).toEqual(JSON.parse(sent.resource))
      expect(received.header('Wechatpay-Serial')).toMatch(keyMode === 'certificate' ? /^[0-9A-F]{40}$/ : /^PUB_KEY_ID_/)
      expect(() => receive({ ...received, body: received.body.replace('encrypt', 'plain') }, wechatpay)).toThrow(
        'forged',
      )
    },
  )
})

describe.for(['certificate', 'public-key'] as const)('what calls bring about with the %s', (keyMode) => {
  test.override('wechatpayOptions', { intercept: false, keyMode })

  test('every kind of callback is verified and opened with the helpers', async ({ wechatpay, receiver }) => {
    const { client, control, credentials } = wechatpay
    const { mchid } = credentials
    const [appid, openid, out_trade_no, notify_url] = ['wx1234567889999', 'oUser', 'ORDER_0001', receiver.url]
    const done = async (...args: Parameters<typeof client.call>) => {
      const { status, body } = await client.call(...args)
      expect({ status, body }).toMatchObject({ status: expect.toSatisfy((code: number) => code < 300) })
    }

    await done(setCallback, { notify_url })
    await control.addStock({ stock_id: '100088', notify_config: { notify_appid: appid } })
    await done(sendCoupon, { appid, openid, stock_id: '100088', out_request_no: 'SEND_1' })
    const order = { appid, mchid, description: '商品', out_trade_no, notify_url }
    await done(jsapiPrepay, { ...order, amount: { total: 100 }, payer: { openid } })
    await control.payOrder(out_trade_no)
    for (const outcome of ['SUCCESS', 'ABNORMAL', 'CLOSED'] as const) {
      const amount = { refund: 10, total: 100, currency: 'CNY' }
      await done(createRefund, { out_trade_no, out_refund_no: outcome, notify_url, amount })
      await control.settleRefund(outcome, { outcome })
    }
    const { platform_public_key, platform_certificates } = credentials
    const wechatpaySerial = platform_public_key?.id ?? platform_certificates[0]?.serial_no ?? ''
    const encrypted_echo_message = Rsa.encrypt(
      '密',
      Rsa.from(platform_public_key?.public_key ?? platform_certificates[0]?.certificate ?? '', Rsa.KEY_TYPE_PUBLIC),
    )
    await done(securityEcho, { echo_message: 'hello', encrypted_echo_message, notify_url }, { wechatpaySerial })
    await done(transferToUser, wanted({ openid, notify_url }))
    await control.confirmTransfer('T1')
    const authorization = { out_authorization_no: 'A1', user_display_name: '张三', transfer_scene_id: '1000' }
    const asked = { ...authorization, appid: 'wx0000000000000001', openid, authorization_notify_url: notify_url }
    await done(applyUserConfirmAuthorization, asked)
    await control.confirmTransferAuthorization('A1')
    await control.closeTransferAuthorization('A1')
    const [brand_id, stock_id] = ['40001', '1000000013001']
    await done(setProductCouponAddress, { notify_url })
    await control.addProductCouponStock({ brand_id, stock_id, notify_config: { notify_appid: appid } })
    await control.takeProductCoupon(stock_id, { openid })
    const cut_out = { image_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/coupon.png' }
    await done(createImageTask, { brand_id, task_id: 'TASK_0001', image_generation_type: 'CUT_OUT', cut_out })
    await control.advance('PT1M')
    await engineOf(wechatpay.mock).outbox.idle()

    const told = receiver.received.map((received) => [
      JSON.parse(received.body).event_type,
      receive(received, wechatpay),
    ])
    expect(Object.fromEntries(told)).toEqual({
      'COUPON.SEND': expect.objectContaining({ stock_id: '100088', openid, send_req_no: 'SEND_1' }),
      'TRANSACTION.SUCCESS': expect.objectContaining({ out_trade_no, trade_state: 'SUCCESS' }),
      'REFUND.SUCCESS': expect.objectContaining({ out_refund_no: 'SUCCESS', refund_status: 'SUCCESS' }),
      'REFUND.ABNORMAL': expect.objectContaining({ out_refund_no: 'ABNORMAL', refund_status: 'ABNORMAL' }),
      'REFUND.CLOSED': expect.objectContaining({ out_refund_no: 'CLOSED', refund_status: 'CLOSED' }),
      'SECURITY_ECHO.SUCCESS': { echo_message: 'hello', encrypt_echo_message: expect.any(String) },
      'MCHTRANSFER.BILL.FINISHED': expect.objectContaining({ out_bill_no: 'T1', state: 'SUCCESS' }),
      'PRODUCT_COUPON_SP.SEND': expect.objectContaining({ stock_id, openid, send_channel: 'BRAND_MANAGE' }),
      'PRODUCT_COUPON_SP.IMAGE_GENERATION': expect.objectContaining({ task_id: 'TASK_0001', task_state: 'SUCCESS' }),
      'MCHTRANSFER.AUTHORIZATION.CONFIRMED': expect.objectContaining({ state: 'TAKING_EFFECT' }),
      'MCHTRANSFER.AUTHORIZATION.CLOSED': expect.objectContaining({ out_authorization_no: 'A1', state: 'CLOSED' }),
    })
    expect(told).toHaveLength(new Set(told.map(([event]) => event)).size)
    const [, echo] = told.find(([event]) => event === 'SECURITY_ECHO.SUCCESS') ?? []
    expect(
      Rsa.decrypt(echo.encrypt_echo_message, Rsa.from(credentials.merchant_private_key, Rsa.KEY_TYPE_PRIVATE)),
    ).toBe('密')
  })
})

describe('a repeat', () => {
  test('has the same id and another signature, and both verify', async ({ wechatpay, receiver }) => {
    const { control } = wechatpay
    const { id } = await control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
    await control.sendNotification({ id })

    const contents = receiver.received.map((received) => receive(received, wechatpay))
    expect(contents).toHaveLength(2)
    expect(contents[0]).toEqual(contents[1])
    expect(receiver.received.map(({ body }) => JSON.parse(body).id)).toEqual([id, id])
    expect(new Set(receiver.received.map((received) => received.header('Wechatpay-Signature'))).size).toBe(2)
  })
})

describe('a receiver that verifies', () => {
  /** Takes what is genuine and what it has not seen yet, as a shop does; how it went with each that came. */
  const shop = (wechatpay: WechatPay) => {
    const outcomes: string[] = []
    const seen = new Set<string>()
    return {
      outcomes,
      take(received: Received): number {
        try {
          receive(received, wechatpay)
          const { id } = JSON.parse(received.body)
          outcomes.push(seen.has(id) ? 'again' : 'taken')
          seen.add(id)
          return 204
        } catch (error) {
          outcomes.push(error instanceof Error ? error.message : String(error))
          return 401
        }
      },
    }
  }

  test.for([
    ['duplicate', ['taken', 'again']],
    ['bad_signature', ['It is forged', 'taken']],
    ['wrong_key', ['It is forged', 'taken']],
    ['tampered_body', ['It is forged', 'taken']],
    ['stale_timestamp', ['It is too old', 'taken']],
    ['unknown_serial', [expect.stringMatching(/^It is signed with /), 'taken']],
    ['missing_signature', ['There is no Wechatpay-Signature', 'taken']],
    ['probe', ['It is forged', 'taken']],
    ['wrong_tag', ['Unsupported state or unable to authenticate data', 'taken']],
    ['wrong_api_v3_key', ['Unsupported state or unable to authenticate data', 'taken']],
  ] as const)('meets %s, and gets the genuine one', async ([effect, expected], { wechatpay, onTestFinished }) => {
    const { outcomes, take } = shop(wechatpay)
    const receiver = await startReceiver((received, response) => response.writeHead(take(received)).end())
    onTestFinished(() => receiver.close())
    wechatpay.mock.faults.plan({ event: 'COUPON.SEND', effect })
    const { id } = await wechatpay.control.sendNotification({ event_type: 'COUPON.SEND', url: receiver.url })
    await wechatpay.control.advance(60)

    expect(outcomes).toEqual(expected)
    const sent = (await wechatpay.control.notifications()).find((one) => one.id === id)
    expect(sent?.state).toBe('delivered')
    wechatpay.mock.faults.assertAllUsed()
  })
})

describe('a mock that lives in another time', () => {
  test.override('wechatpayOptions', { intercept: false, clock: '2030-01-01T00:00:00+08:00' })

  test('signs by the clock of the receiver, which has no other', async ({ wechatpay, receiver }) => {
    await wechatpay.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url })

    const [received] = receiver.received
    // The order of the scenario was paid an hour ago.
    expect(received && receive(received, wechatpay)).toMatchObject({ success_time: '2029-12-31T23:00:00+08:00' })
    expect(JSON.parse(received?.body ?? '').create_time).toBe('2030-01-01T00:00:00+08:00')
  })
})
