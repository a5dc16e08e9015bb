import { describe, expect, vi } from 'vitest'
import { startReceiver } from '../helpers/receiver.ts'
import { test as base } from './doors.ts'

const test = base
  .extend('taker', async ({ task: _ }, { onCleanup }) => {
    const receiver = await startReceiver(204)
    onCleanup(() => receiver.close())
    return receiver
  })
  .override('options', { clockStart: { frozen: true }, journalLimit: 2_000 })

/** Ends a text, an attribute or a comment of XML, and what XML cannot have. */
const HOSTILE = `"'><script>alert(1)</script>]]>--&amp;\u202e\u0001\ufffe\ud800`

const order = (out_trade_no: string, url: string, more: object = {}) => ({
  target: '/v3/pay/transactions/native',
  body: {
    appid: 'wx1234567889999',
    mchid: '1900000001',
    description: '特价券',
    out_trade_no,
    notify_url: url,
    amount: { total: 1, currency: 'CNY' },
    ...more,
  },
})

const query = (out_trade_no: string) => ({
  target: `/v3/pay/transactions/out-trade-no/${out_trade_no}?mchid=1900000001`,
})

type Parts = readonly { readonly address?: string | undefined; readonly title?: string | undefined }[]

/** First lines of what leads to a call, and of what leads nowhere. */
const eventsIn = (parts: Parts) =>
  parts.flatMap(({ address, title }) => {
    const first = title?.split('\n')[0]
    return first === undefined || (address !== undefined && !address.startsWith('/exchanges/')) ? [] : [first]
  })

const lanesIn = (parts: Parts) =>
  parts.flatMap(({ address, title }) => (address?.startsWith('/exchanges/') === false ? [title] : []))

describe('the timeline of the session', () => {
  test('has calls, callbacks, changes and moves of the clock in their order, by things', async ({
    control,
    merchant,
    taker,
  }) => {
    await merchant.request(order('Order_A1', taker.url))
    await merchant.request({ target: '/v3/certificates' })
    await control.payOrder('Order_A1')
    await control.deliverNotifications()
    await control.advance('P1DT1H')
    await merchant.request(query('Order_A1'))
    await merchant.request(query('Order_NONE'))
    await control.run()
    const { parts, title } = await control.sessionTimeline()
    expect(title).toBe('Timeline of the session')
    expect(lanesIn(parts)).toEqual(['Order Order_A1'])
    const events = eventsIn(parts)
    expect(events.map((one) => one.replace(/(?<=clock .*) (?:from|to) .*/, ' …'))).toMatchObject([
      expect.stringMatching(/^200 .* → NOTPAY$/),
      expect.stringMatching(/^200 .*certificates/i),
      expect.stringMatching(/→ SUCCESS$/),
      expect.stringMatching(/^204 TRANSACTION\.SUCCESS · try 1/),
      'The clock moves by +1 d 1 h, …',
      expect.stringMatching(/^200 /),
      expect.stringMatching(/^404 .*ORDER_NOT_EXIST/),
      'The clock runs on …',
    ])
    const { items } = await control.journalPage()
    for (const { id } of items) expect(parts.map(({ address }) => address)).toContain(`/exchanges/${id}`)
  })

  test('marks what planned faults did to a call, whatever its status', async ({ control, merchant, taker }) => {
    await control.planFault({ effect: 'answer_lost' })
    await expect(merchant.request(order('Order_A1', taker.url))).rejects.toThrow()
    await control.planFault({ effect: 'tampered_body' })
    await expect(merchant.request(query('Order_A1'))).rejects.toThrow()
    await control.planFault({ effect: 'hold' })
    const held = merchant.request(query('Order_A1'))
    await vi.waitUntil(async () => (await control.held()).length > 0)
    await control.decideHeld((await control.held())[0]?.exchange.id ?? '', { decide: 'let_through' })
    await held
    const { parts } = await control.sessionTimeline()
    expect(eventsIn(parts)).toEqual([
      expect.stringMatching(/^200 .* · answer lost · /),
      expect.stringMatching(/^200 .* · planned fault$/),
      expect.stringMatching(/^200 .* · held$/),
    ])
    const fills = parts.flatMap(({ shapes }) =>
      shapes.flatMap(({ shape, attributes }) => (shape === 'text' ? attributes.fill : [])),
    )
    expect(fills).toEqual(expect.arrayContaining(['var(--bad)', 'var(--warn)']))
  })

  test('is narrowed by the filter of the list, and says so in both languages', async ({ control, merchant, taker }) => {
    await merchant.request(order('Order_A1', taker.url))
    await merchant.request(order('Order_B1', taker.url))
    const { parts } = await control.sessionTimeline({ text: 'Order_B1' })
    expect(lanesIn(parts)).toEqual(['Order Order_B1'])
    expect(eventsIn(parts)).toHaveLength(1)
    expect(eventsIn((await control.sessionTimeline({ outcome: 'error' })).parts)).toEqual([])
    await expect(control.sessionTimeline({ operation: 'none' })).rejects.toMatchObject({
      code: 'MOCK_OPERATION_UNKNOWN',
    })
  })

  test('is forgotten with the journal', async ({ control, merchant, taker }) => {
    await merchant.request(order('Order_A1', taker.url))
    await control.advance('PT1H')
    await control.clearJournal()
    const { parts } = await control.sessionTimeline()
    expect(eventsIn(parts)).toEqual([])
    expect(JSON.stringify(parts)).toContain('Nothing has happened.')
  })

  test('has the last 200 events and 30 lanes, and counts the others', async ({ control, merchant, taker }) => {
    for (let i = 0; i < 40; i += 1) await merchant.request(order(`Order_${i}`, taker.url))
    for (let i = 0; i < 180; i += 1) await merchant.request(query(`Order_${39 - (i % 35)}`))
    const { parts } = await control.sessionTimeline()
    expect(eventsIn(parts)).toHaveLength(200)
    expect(lanesIn(parts)).toHaveLength(30)
    const said = JSON.stringify(parts)
    expect(said).toContain('Only the last 200 events; 20 before them are left out.')
    expect(said).toMatch(/Only 30 things have a lane; \d+ more have none\./)
  })

  test('is a file in which nothing of a call is more than text', async ({ mock, control, merchant, taker }) => {
    await merchant.request(order('Order_A1', taker.url, { attach: HOSTILE.slice(0, 20) }))
    await mock.handle({ method: 'GET', target: `/v3/${HOSTILE}`, headers: {}, body: new Uint8Array(0) })
    const file = await control.sessionTimelineSvg()
    expect(file.type).toContain('image/svg+xml')
    const svg = await file.text()
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" lang="en"/)
    expect(svg).toContain('/_mock#/exchanges/')
    expect(svg).toContain('prefers-color-scheme:dark')
    expect(svg).not.toMatch(/<script|\u202e|[^\P{Cc}\n]|[\ufffe\ud800]/u)
    // Whatever is between two angles is an element of this kind, with attributes in quotes.
    const rest = svg.replaceAll(/<\/?(?:svg|title|style|g|a|path|rect|circle|text)(?: [\w:-]+="[^"<>]*")*\/?>/g, '')
    expect(rest).not.toMatch(/[<]/)
  })
})
