import { createPrivateKey, X509Certificate } from 'node:crypto'
import { describe, expect, vi } from 'vitest'
import { decryptField, encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { giveWay } from '../../src/wire/shared/pieces.ts'
import { lastRemark } from '../helpers/last-remark.ts'
import { test as base } from '../helpers/world.ts'
import { callNamed } from './requests.ts'

vi.mock(import('../../src/wire/shared/pieces.ts'), async (original) => {
  const pieces = await original()
  return { ...pieces, giveWay: vi.fn(pieces.giveWay) }
})

const shareProfit = callNamed('POST /v3/ecommerce/profitsharing/orders')
const importCard = callNamed('POST /v3/brand/partner/card-member/user-cards/import-by-phone')
const queryOldComplaint = callNamed('GET /v3/merchant-service/complaints/{transaction_id}')
const lockQualification = callNamed('POST /v3/marketing/goods-subsidy-activity/qualification/lock')

const SHARED = { sub_mchid: '1900000109', transaction_id: 'T1', out_order_no: 'P1', finish: true }
const receiver = (i = 0) => ({ type: 'MERCHANT_ID', receiver_account: `${i}`, amount: 1, description: '佣金' })
const CARD = {
  brand_id: '40001',
  card_id: 'C1',
  openid: 'oUser',
  user_card_code: 'U1',
  date_information: { type: 'FIX_TIME_RANGE' },
  pickup_time: '2026-11-25T12:00:00+08:00',
}

const test = base
  /** Encrypts for the platform's certificate, which requests name unless they say otherwise. */
  .extend('encrypt', ({ merchant }) => {
    const [named] = merchant.credentials.platform_certificates
    const { publicKey } = new X509Certificate(named?.certificate ?? '')
    return (text: string) => encryptField(text, publicKey)
  })

describe('long lists', () => {
  test('6,000 elements are taken, and each is another thing', async ({ merchant }) => {
    const receivers = Array.from({ length: 6_000 }, (_, i) => receiver(i))

    const { status, body } = await merchant.call(shareProfit, { ...SHARED, receivers })

    expect(status).toBe(200)
    const answered = (body as { receivers: { receiver_account: string; detail_id: string }[] }).receivers
    expect(answered.map(({ receiver_account }) => receiver_account)).toEqual(receivers.map((_, i) => `${i}`))
    expect(new Set(answered.map(({ detail_id }) => detail_id)).size).toBe(6_000)
  })

  test('the first element that does not fit is named, however many follow', async ({ merchant, control }) => {
    const receivers = [...Array.from({ length: 1_500 }, (_, i) => receiver(i)), ...Array(6_000).fill({})]

    const { status, body } = await merchant.call(shareProfit, { ...SHARED, receivers })

    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
    expect(await lastRemark(control)).toContain('/body/receivers/1500/type: ')
  })

  test('what comes before a list in the page is named first', async ({ merchant, control }) => {
    const { transaction_id: _, ...others } = SHARED

    await merchant.call(shareProfit, { ...others, receivers: Array(6_000).fill({}) })

    expect(await lastRemark(control)).toContain('/body/transaction_id: ')
  })

  test('more objects than any call needs are refused', async ({ merchant, control }) => {
    const { body } = await merchant.call(shareProfit, { ...SHARED, receivers: Array(20_000).fill({}) })

    expect(body).toMatchObject({ code: 'PARAM_ERROR' })
    expect(await lastRemark(control)).toContain('8000 objects and lists')
  })
})

test('a large body lets others get on between the steps of its call', async ({ merchant }) => {
  const turns = vi.mocked(giveWay)
  const turnsOf = async (count: number) => {
    turns.mockClear()
    const receivers = Array.from({ length: count }, (_, i) => receiver(i))
    const { status } = await merchant.call(shareProfit, { ...SHARED, receivers })
    expect(status).toBe(200)
    return turns.mock.calls.length
  }

  expect(await turnsOf(800)).toBe((await turnsOf(1)) + 2)
})

describe('names of prototypes', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    test(`${name} is a member that the call does not have`, async ({ merchant, control }) => {
      const text = JSON.stringify({ ...SHARED, receivers: [receiver()] })
      const body = text.replace('{', `{${JSON.stringify(name)}:{"polluted":true},`)

      const answer = await merchant.request({ target: shareProfit.path, body })

      expect(answer).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
      expect(await lastRemark(control)).toContain(`/body/${name}`)
    })

    test(`${name} changes nothing where unknown members are taken`, async ({ merchant }) => {
      const body = `{"order_information":{"${name}":{"polluted":true}},"qualification_ids":["Q1"],"${name}":{"polluted":true}}`

      const { status } = await merchant.request({ target: lockQualification.path, body })

      expect(status).toBe(200)
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    })
  }
})

test('a member that is null is one that the call does not have', async ({ merchant, control }) => {
  const { body } = await merchant.call(shareProfit, { ...SHARED, receivers: null })

  expect(body).toMatchObject({ code: 'PARAM_ERROR' })
  expect(await lastRemark(control)).toContain('/body/receivers: null')
})

describe('a call whose page has no body', () => {
  const WITHOUT_BODY = [
    '/v3/marketing/partner/delivery-plan/delivery-plans/1/terminate',
    '/v3/marketing/paygiftactivity/activities/1/terminate',
    '/v3/apply4subject/applyment/B1/cancel',
    '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/B1/cancel',
    '/v3/fund-app/mch-transfer/user-confirm-authorization/out-authorization-no/A1/close',
  ]
  for (const target of WITHOUT_BODY) {
    test(`takes none, null or an empty object: ${target}`, async ({ merchant, control }) => {
      const answered = async (body: string) => {
        const answer = await merchant.request({ method: 'POST', target, body })
        return { status: answer.status, code: (answer.body as { code?: string } | undefined)?.code }
      }

      const none = await answered('')
      expect(none.status).not.toBe(400)
      expect(await answered('{}')).toMatchObject(none)
      // From wechatpay-go for `client.Post(ctx, url, nil)`.
      expect(await answered('null\n')).toMatchObject(none)
      expect(await answered('{"reason":"x"}')).toEqual({ status: 400, code: 'PARAM_ERROR' })
      expect(await lastRemark(control)).toContain('/body/reason')
      expect(await answered('[]')).toMatchObject({ status: 400 })
    })
  }
})

describe('a list in a query', () => {
  const target = '/v3/new-tax-control-fapiao/fapiaomerchant/getspinviteurl?operation_type=AUTH_BINDING&invite_code=C1'
  const ask = (merchant: { request(asked: { target: string }): Promise<unknown> }, rest: string) =>
    merchant.request({ target: `${target}&${rest}` })

  test('has the values of its page', async ({ merchant, control }) => {
    const taken = { status: 200 }
    const refused = { status: 400, body: { code: 'PARAM_ERROR' } }
    const mode = 'fapiao_mode=TENCENT_DIGITAL_TAX'

    expect(await ask(merchant, 'fapiao_mode=WHATEVER')).toMatchObject(refused)
    expect(await lastRemark(control)).toContain('/query/fapiao_mode')
    expect(await ask(merchant, mode)).toMatchObject(taken)
    expect(await ask(merchant, `${mode}&fapiao_ability_type_list=BASE_ABILITY`)).toMatchObject(taken)
    expect(await ask(merchant, `${mode}&fapiao_ability_type_list=OTHER`)).toMatchObject(refused)
    expect(await lastRemark(control)).toContain('/query/fapiao_ability_type_list')
  })

  test('may be given in any of the ways that clients write lists, as no page says which', async ({ merchant }) => {
    const lists = [
      'fapiao_ability_type_list=BASE_ABILITY&fapiao_ability_type_list=REAL_ESTATE_ABILITY',
      'fapiao_ability_type_list=BASE_ABILITY,REAL_ESTATE_ABILITY',
      `fapiao_ability_type_list=${encodeURIComponent('["BASE_ABILITY","REAL_ESTATE_ABILITY"]')}`,
    ]
    for (const list of lists) {
      expect(await ask(merchant, `fapiao_mode=TENCENT_DIGITAL_TAX&${list}`), list).toMatchObject({ status: 200 })
    }
  })
})

describe('numbers', () => {
  test('of 19 digits in a path are answered with all of them', async ({ merchant }) => {
    const { body } = await merchant.call(queryOldComplaint, { transaction_id: '2000202611251234567' })

    expect(body).toMatchObject({ transaction_id: '2000202611251234567' })
  })

  test('with a slash in it, escaped, are answered with the slash', async ({ merchant }) => {
    const { body } = await merchant.request({
      target: '/v3/merchant-service/complaints/A%2FB%20C',
    })

    expect(body).toMatchObject({ transaction_id: 'A/B C' })
  })

  for (const amount of ['2000202611251234567', '1e400', '-1e400', '1.5', '"1"']) {
    test(`${amount} is no amount`, async ({ merchant, control }) => {
      const body = JSON.stringify({ ...SHARED, receivers: [receiver()] }).replace('"amount":1', `"amount":${amount}`)

      const answer = await merchant.request({ target: shareProfit.path, body })

      expect(answer).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
      expect(await lastRemark(control)).toContain('/body/receivers/0/amount: ')
    })
  }

  test('are read as far as they are exact where an answer has them as JSON numbers', async ({ merchant, control }) => {
    const queryApplyment = callNamed('GET /v3/applyment4sub/applyment/applyment_id/{applyment_id}')
    // Otherwise it is unknown.
    await control.answer('GET /v3/applyment4sub/applyment/applyment_id/{applyment_id}', {
      applyment_state_msg: '审核中',
    })

    const exact = await merchant.call(queryApplyment, { applyment_id: '2000002124775691' })
    const more = await merchant.call(queryApplyment, { applyment_id: '20000021247756912345' })

    expect(exact).toMatchObject({ status: 200, body: { applyment_id: 2000002124775691 } })
    expect(more).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
  })
})

describe('encrypted fields', () => {
  test('are opened, and answered encrypted for the merchant', async ({ mock, merchant, encrypt }) => {
    const key = createPrivateKey(mock.defaultMerchant.privateKey ?? '')

    const { body } = await merchant.call(
      importCard,
      { ...CARD, phone_number: encrypt('13900000000') },
      { wechatpaySerial: 'certificate' },
    )

    const { phone_number } = body as { phone_number: string }
    expect(decryptField(phone_number, key)).toEqual({ ok: true, plaintext: '13900000000' })
  })

  test('are named by their place where a list has them', async ({ merchant, control, encrypt }) => {
    const receivers = [encrypt('张三'), 'no ciphertext'].map((receiver_name) => ({ ...receiver(), receiver_name }))

    const { body } = await merchant.call(shareProfit, { ...SHARED, receivers }, { wechatpaySerial: 'certificate' })

    expect(body).toMatchObject({ code: 'PARAM_ERROR' })
    expect(await lastRemark(control)).toContain('/body/receivers/1/receiver_name is not ciphertext')
  })

  test('for another key are refused', async ({ merchant, control, encrypt }) => {
    const phone_number = encrypt('13900000000')

    const { status } = await merchant.call(importCard, { ...CARD, phone_number }, { wechatpaySerial: 'public-key' })

    expect(status).toBe(400)
    expect(await lastRemark(control)).toContain('/body/phone_number does not open with PUB_KEY_ID_')
  })

  test('need Wechatpay-Serial, and only they', async ({ merchant, control, encrypt }) => {
    const receivers = [{ ...receiver(), receiver_name: encrypt('张三') }]

    const without = await merchant.call(shareProfit, { ...SHARED, receivers })
    expect(without.status).toBe(400)
    expect(await lastRemark(control)).toContain('no Wechatpay-Serial')

    const unneeded = await merchant.call(shareProfit, { ...SHARED, receivers: [receiver()] })
    expect(unneeded.status).toBe(200)
  })

  test('of a query are opened too', async ({ merchant, control, encrypt }) => {
    const guides = callNamed('GET /v3/smartguide/guides')

    const opened = await merchant.call(
      guides,
      { store_id: 1, mobile: encrypt('13900000000') },
      { wechatpaySerial: 'certificate' },
    )
    expect(opened.status).toBe(200)

    const { status } = await merchant.call(guides, { store_id: 1, mobile: '13900000000' })
    expect(status).toBe(400)
    expect(await lastRemark(control)).toContain('/query/mobile is not ciphertext')
  })

  test('in great number let others get on', async ({ merchant, encrypt }) => {
    const receiver_name = encrypt('张三')
    const receivers = Array.from({ length: 160 }, (_, i) => ({ ...receiver(i), receiver_name }))
    let turns = 0
    let isAnswered = false

    const call = merchant.call(shareProfit, { ...SHARED, receivers }, { wechatpaySerial: 'certificate' })
    const counting = (async () => {
      while (!isAnswered) {
        await giveWay()
        turns++
      }
    })()
    const { status } = await call
    isAnswered = true
    await counting

    expect(status).toBe(200)
    expect(turns).toBeGreaterThanOrEqual(10)
  })
})
