import { describe, expect } from 'vitest'
import type { z } from 'zod'
import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import type { NotificationSummary, ShownNotification } from '../../src/control/formats/notification.ts'
import type { errorInShortJson } from '../../src/control/formats/overview.ts'
import type { Page } from '../../src/control/formats/page.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { associateTradeInfo, nativePrepay } from '../../src/products/operations.ts'
import { test } from './doors.ts'

type ErrorInShort = z.output<typeof errorInShortJson>

/** Reads from the control API in a language. */
const reader =
  (request: (path: string, init?: RequestInit) => Promise<Response>) =>
  async <Value>(path: string, language: string): Promise<Value> =>
    (await (await request(path, { headers: { 'Accept-Language': language } })).json()) as Value

const LINK = { stock_id: 'NONE', coupon_code: 'NONE', out_trade_no: 'T1', out_request_no: 'R1' }

describe('why a call was refused', () => {
  test('is said in the language that is asked for', async ({ merchant, request }) => {
    const get = reader(request)
    await merchant.call(associateTradeInfo, LINK)

    for (const [language, text] of [
      ['en', 'there is no coupon NONE of batch NONE, nor such a batch'],
      ['zh-CN', '批次 NONE 中没有券 NONE，也没有该批次'],
    ] as const) {
      const [exchange] = await get<readonly ExchangeJson[]>('/_mock/journal', language)
      const page = await get<Page<ExchangeSummaryJson>>('/_mock/journal/page', language)
      const one = await get<ExchangeJson>(`/_mock/journal/${exchange?.id}`, language)
      expect([exchange?.remarks[0]?.text, page.items[0]?.remark?.text, one.remarks[0]?.text]).toEqual([
        text,
        text,
        text,
      ])
    }
  })

  test('and what a client did wrong, with what to do', async ({ merchant, request }) => {
    await merchant.request({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })

    const remarkIn = async (language: string) =>
      (await reader(request)<readonly ExchangeJson[]>('/_mock/journal', language))[0]?.remarks[0]
    expect(await remarkIn('en')).toMatchObject({
      text: expect.stringContaining('The path was signed with a trailing slash'),
      causes: [{ explanation: expect.stringContaining('slash'), fix: expect.stringContaining('slash') }],
    })
    expect(await remarkIn('zh')).toMatchObject({
      text: expect.stringContaining('签名的路径末尾多了斜杠。'),
      causes: [{ explanation: '签名的路径末尾多了斜杠。', fix: expect.stringContaining('不要签没有发出的斜杠。') }],
    })
  })

  test('and why a callback was not taken', async ({ merchant, control, request }) => {
    await merchant.call(nativePrepay, {
      appid: 'wx1',
      mchid: '1900000001',
      description: '商品',
      out_trade_no: 'ORDER_1',
      notify_url: 'http://127.0.0.1:1/notify',
      amount: { total: 1 },
    })
    await control.payOrder('ORDER_1')
    await control.deliverNotifications()

    const get = reader(request)
    const failures = async (language: string) => {
      const [one] = await get<readonly ShownNotification[]>('/_mock/notifications', language)
      const page = await get<Page<NotificationSummary>>('/_mock/notifications/page', language)
      return [one?.attempts[0]?.error, page.items[0]?.last?.error]
    }
    expect(await failures('en')).toEqual(Array(2).fill('Nobody listens there: the connection was refused.'))
    expect(await failures('zh')).toEqual(Array(2).fill('连接被拒绝，该地址没有程序监听。'))
  })

  test('and when an error happens that a fault can be', async ({ request }) => {
    const whenOf = async (language: string) =>
      (await reader(request)<readonly ErrorInShort[]>('/_mock/common-errors', language)).find(
        ({ key }) => key === 'rate_limited',
      )?.when

    expect(await whenOf('en')).toMatch(/^more requests in a time/)
    expect(await whenOf('zh')).toMatch(/^请求超过了接口的频率限制/)
  })

  describe('of a mock that speaks Chinese', () => {
    test.override('options', { language: 'zh' })

    test('is Chinese for who asks for none, and found by the words of either language', async ({
      merchant,
      control,
    }) => {
      await merchant.call(associateTradeInfo, LINK)

      expect((await control.journal())[0]?.remarks).toEqual([
        { about: 'refusal', error: 'not_found', text: '批次 NONE 中没有券 NONE，也没有该批次' },
      ])
      expect((await control.journalPage({ text: 'not_found' })).total).toBe(1)
      expect((await control.journalPage({ text: '也没有该批次' })).total).toBe(1)
      expect((await control.journalPage({ text: 'nor such a batch' })).total).toBe(1)
    })
  })
})
