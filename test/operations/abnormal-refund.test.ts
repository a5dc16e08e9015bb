import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { applyAbnormalRefund, createRefund, queryRefund } from '../../src/products/operations.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { test, transports } from '../helpers/world.ts'

const { publicKey } = wellKnownIdentity().platform
const encrypted = (text: string) => encryptField(text, publicKey.publicKey)
const card = () => ({
  type: 'USER_BANK_CARD',
  bank_type: 'CMBC_DEBIT',
  bank_account: encrypted('6226090000005022'),
  real_name: encrypted('张三'),
})
const paramError = (message: string) => ({ status: 400, body: { code: 'PARAM_ERROR', message } })

describe.for(transports)('a refund that cannot arrive over %s', (transport) => {
  test.override('transport', transport)

  const refund = test.extend('abnormal', async ({ merchant, control }) => {
    await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
    const notify_url = 'https://shop.example.com/refund'
    const amount = { refund: 40, total: 100, currency: 'CNY' }
    await merchant.call(createRefund, { out_trade_no: 'ORDER_0001', out_refund_no: 'R1', notify_url, amount })
    const { refund_id, out_refund_no } = await control.settleRefund('R1', { outcome: 'ABNORMAL' })
    return { refund_id, out_refund_no }
  })
  const key = { wechatpaySerial: 'public-key' } as const

  refund(
    "is sent to another card of the user's, and arrives five seconds later",
    async ({ merchant, control, abnormal }) => {
      const sent = await merchant.call(applyAbnormalRefund, { ...abnormal, ...card() }, key)
      expect(sent).toMatchObject({
        status: 200,
        body: { status: 'PROCESSING', channel: 'OTHER_BANKCARD', user_received_account: '民生银行借记卡5022' },
      })
      expect(await merchant.call(applyAbnormalRefund, { ...abnormal, ...card() }, key)).toEqual(sent)
      await control.advance(5)

      expect(await merchant.call(queryRefund, { out_refund_no: 'R1' })).toEqual({
        status: 200,
        body: { ...Object(sent.body), status: 'SUCCESS', success_time: '2026-11-25T12:00:05+08:00' },
      })
      const { notifications } = await control.world()
      expect(notifications.map(({ event_type }) => event_type)).toEqual(['REFUND.ABNORMAL', 'REFUND.SUCCESS'])
    },
  )

  refund("is sent to the merchant's account, with nothing encrypted", async ({ merchant, abnormal }) => {
    expect(await merchant.call(applyAbnormalRefund, { ...abnormal, type: 'MERCHANT_BANK_CARD' }, key)).toMatchObject({
      status: 200,
      body: { status: 'PROCESSING', channel: 'ORIGINAL', user_received_account: '商户基本账户商户结算银行账户' },
    })
  })

  refund.for<[changes: () => object, message: string]>([
    [() => ({ bank_account: '6226090000005022' }), '请确认待处理的消息是否为加密后的密文'],
    [() => ({ real_name: encryptField('张三', wellKnownIdentity().merchant.publicKey) }), '平台私钥解密失败'],
    [() => ({ bank_type: 'CMB_CREDIT' }), '请求参数错误'],
    [() => ({ bank_account: encrypted('6226090]]>') }), '请求参数错误'],
    [() => ({ bank_account: encrypted('6226090') }), '请求参数错误'],
  ])('is refused with what is not right: %#', async ([changes, message], { merchant, abnormal }) => {
    const wrong = { ...abnormal, ...card(), ...changes() }

    expect(await merchant.call(applyAbnormalRefund, wrong, key)).toEqual(paramError(message))
  })

  refund.for(['bank_type', 'bank_account', 'real_name'])(
    'needs %s for a card',
    async (field, { merchant, abnormal }) => {
      const wrong = { ...abnormal, ...card(), [field]: undefined }

      expect(await merchant.call(applyAbnormalRefund, wrong, key)).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', message: expect.stringContaining(`/body/${field}”映射到字段`) },
      })
    },
  )

  refund.for([card, () => ({ type: 'MERCHANT_BANK_CARD', real_name: encrypted('张三') })])(
    'needs Wechatpay-Serial where a field is encrypted: %#',
    async (way, { merchant, abnormal }) => {
      expect(await merchant.call(applyAbnormalRefund, { ...abnormal, ...way() })).toEqual(
        paramError('HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)'),
      )
    },
  )

  refund("needs no Wechatpay-Serial for the merchant's account", async ({ merchant, abnormal }) => {
    expect(await merchant.call(applyAbnormalRefund, { ...abnormal, type: 'MERCHANT_BANK_CARD' })).toMatchObject({
      status: 200,
      body: { status: 'PROCESSING' },
    })
  })

  refund(
    "is not found by another merchant, nor by one number of another refund's",
    async ({ merchant, clientOf, others, abnormal }) => {
      const other = await clientOf(others.owner)
      const notFound = { status: 404, body: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' } }

      expect(await other.call(applyAbnormalRefund, { ...abnormal, ...card() }, key)).toEqual(notFound)
      expect(await merchant.call(applyAbnormalRefund, { ...abnormal, ...card(), out_refund_no: 'R2' }, key)).toEqual(
        notFound,
      )
    },
  )
})
