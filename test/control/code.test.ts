import { describe, expect } from 'vitest'
import {
  CODE_FORM_NAMES,
  CODE_FORMS,
  SNIPPET_LANGUAGE_NAMES,
} from '../../src/control/client-setup/snippet-languages.ts'
import { downloadCertificates } from '../../src/products/operations.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base, expectRefusal } from './doors.ts'

const test = base
  .extend('taker', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })
  .extend('last', ({ control }) => async () => {
    const [exchange] = await control.journal({ limit: 1 })
    if (!exchange) throw new Error('The journal is empty')
    return exchange
  })
  .override('options', { clockStart: { frozen: true } })

/** Ends texts and comments of some language. */
const HOSTILE = '"\'`$x\n*/ """ \u202e\\'

const NATIVE = '/v3/pay/transactions/native'
const ORDER = {
  appid: 'wx1234567889999',
  mchid: '1900000001',
  description: '特价',
  out_trade_no: 'Order_A1',
  notify_url: 'https://shop.example.com/',
  attach: HOSTILE,
  amount: { total: 1, currency: 'CNY' },
}

// The SDK tests run all of them; here it is seen what is in them.
describe('a call as code', () => {
  test('is had as programs, tests and a contract, each in a file of its own', async ({ control, merchant, last }) => {
    await merchant.request({ target: NATIVE, body: ORDER })
    const { id } = await last()
    const forms = await control.exchangeCodeForms(id)
    expect(forms.map(({ as }) => as)).toEqual(CODE_FORM_NAMES)
    for (const { as, kind, file } of forms) {
      const code = await control.exchangeCode(id, { as })
      expect(code).toMatchObject({ as, file })
      expect(code.text).toContain(kind === 'contract' ? '特价' : 'Order_A1')
      if (kind !== 'contract') {
        expect(code.text).toContain('/pay/transactions/native')
        // Nothing that is in a call is a line of the program.
        expect(code.text).not.toMatch(/^\*\/|\u202e/m)
        const inChinese = await control.exchangeCode(id, { as, lang: 'zh' })
        expect(inChinese.text).toContain('保存为')
        expect(inChinese.text.split('\n').length).toBe(code.text.split('\n').length)
      }
    }
    expect(new Set(forms.map(({ file }) => file)).size).toBe(forms.length)
  })

  test('a test wants what the answer had, but for what each answer makes up', async ({ control, merchant, last }) => {
    await merchant.request({ target: NATIVE, body: ORDER })
    const made = await last()
    for (const [as, wanted] of [
      ['vitest', 'expect(data).toEqual({ code_url: expect.any(String) })'],
      ['pytest', 'assert json.loads(body) == {"code_url": ANY}'],
      ['go_test', '"code_url": "*"'],
      ['junit', 'JsonParser.parseString("{\\"code_url\\":\\"*\\"}")'],
    ] as const) {
      expect((await control.exchangeCode(made.id, { as })).text).toContain(wanted)
    }
    await merchant.request({ target: '/v3/pay/transactions/out-trade-no/Order_A1?mchid=1900000001' })
    const { id } = await last()
    const { text } = await control.exchangeCode(id, { as: 'vitest' })
    expect(text).toContain('trade_state: "NOTPAY"')
    expect(text).toContain('out_trade_no: "Order_A1"')
    expect(text).not.toContain('expect.any')
  })

  test('says why there is none', async ({ control, merchant, last }) => {
    const none = async (as: (typeof CODE_FORM_NAMES)[number]) => {
      const { id } = await last()
      await expectRefusal(control.exchangeCode(id, { as }), 'MOCK_NO_CODE', '/query/as')
    }
    await merchant.request({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    const { id } = await last()
    await none('vitest')
    expect((await control.exchangeCode(id, { as: 'node' })).text).toContain('wxpay.chain("v3/certificates").get()')
    await control.planFault({ error: 'rate_limited' })
    await merchant.call(downloadCertificates)
    await none('go_test')
    await merchant.request({ target: NATIVE, body: '{"total":1.50}' })
    await none('php')
    expect((await control.exchangeCode((await last()).id, { as: 'java' })).text).toContain('{\\"total\\":1.50}')
    await merchant.request({ target: NATIVE, body: 'mchid=1', headers: { 'content-type': 'text/plain' } })
    await none('java')
    await merchant.request({ method: 'GET', target: '/v3/certificates', body: {} })
    await none('go')
    await merchant.request({ target: '//v3/certificates' })
    await none('go')
    await merchant.request({ target: '/brand/v3/nowhere', authorization: undefined })
    await none('python')
    await expectRefusal(control.exchangeCode('none', { as: 'go' }), 'MOCK_EXCHANGE_UNKNOWN', '/path/id')
    await expectRefusal(control.exchangeCodeForms('none'), 'MOCK_EXCHANGE_UNKNOWN', '/path/id')
  })

  test('asks for the key that its body is encrypted for', async ({ control, merchant, last }) => {
    await merchant.request({ target: NATIVE, body: ORDER, wechatpaySerial: 'public-key' })
    const { id, request } = await last()
    for (const as of ['php', 'node'] as const) {
      const { text } = await control.exchangeCode(id, { as })
      expect(text).toMatch(new RegExp(`Wechatpay-Serial['"](?: =>|:) "${request.headers['wechatpay-serial']}"`))
    }
  })
})

describe('a callback as a program', () => {
  test('is made for each SDK, with its headers, its body and the key that it names', async ({
    control,
    taker,
    last,
  }) => {
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })
    const { id, request } = await last()
    const forms = await control.exchangeCodeForms(id)
    expect(forms.map(({ as }) => as)).toEqual(SNIPPET_LANGUAGE_NAMES)
    for (const as of SNIPPET_LANGUAGE_NAMES) {
      const { text, file } = await control.exchangeCode(id, { as })
      for (const name of ['Nonce', 'Serial', 'Signature', 'Timestamp']) {
        expect(text).toContain(`"${request.headers[`Wechatpay-${name}`]}"`)
      }
      expect(text).toContain('BEGIN PUBLIC KEY')
      expect(text).toContain('The SDK verifies')
      expect(text).toContain(file)
      expect((await control.exchangeCode(id, { as, lang: 'zh' })).text).toContain('由 SDK 验证')
    }
    // The program for Node needs only the escapes of JSON.
    const { text } = await control.exchangeCode(id, { as: 'node' })
    expect(text).toContain(`const body = ${JSON.stringify(request.body)}\n`)
  })

  test('is not made of one that was not sent signed, and it is no test', async ({ control, taker, last }) => {
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    const unsent = await last()
    await expectRefusal(control.exchangeCode(unsent.id, { as: 'go' }), 'MOCK_CALLBACK_UNSIGNED', '/path/id')
    await control.sendNotification({ event_type: 'COUPON.SEND', url: taker.url })
    const { id } = await last()
    for (const as of CODE_FORM_NAMES.filter((one) => CODE_FORMS[one].kind !== 'program')) {
      await expectRefusal(control.exchangeCode(id, { as }), 'MOCK_NO_CODE', '/query/as')
    }
  })
})
