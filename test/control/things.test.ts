import { describe, expect } from 'vitest'
import { z } from 'zod'
import { defineCall } from '../../src/control/call.ts'
import type { Life } from '../../src/control/life.ts'
import { belongsTo, defineThing } from '../../src/control/things/thing.ts'
import { defineProduct, type ProductThing } from '../../src/engine/product.ts'
import { defineTable, type Table } from '../../src/engine/state/table.ts'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import {
  associateTradeInfo,
  createRefund,
  downloadCertificates,
  queryOrderByOutTradeNo,
  sendCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { refusalOf, test } from './doors.ts'

/** The name of a thing in a path. */
const named = (...name: readonly string[]) => name.map(encodeURIComponent).join('/')

describe('things by their definitions', () => {
  test('are listed page by page, by text and by state', async ({ control }) => {
    const first = await control.thingPage('coupons', { limit: 2 })
    const second = await control.thingPage('coupons', { limit: 500, cursor: first.next })
    expect(first.items.length + second.items.length).toBe(first.total)
    expect(second.items.map(({ name }) => name)).not.toContainEqual(first.items[0]?.name)

    const used = await control.thingPage('coupons', { state: 'USED' })
    expect(used.items.map(({ state }) => state)).toEqual(used.items.map(() => 'USED'))
    expect(used.total).toBeGreaterThan(0)
    expect(await control.thingPage('coupons', { text: 'SXXE34343434' })).toMatchObject({
      total: 1,
      items: [{ heading: 'sxxe34343434', state: 'SENDED' }],
    })
  })

  test('say which control calls change them, ready to be made', async ({ control }) => {
    const { actions } = await control.thing('coupons', named('1900000001', '100088', 'sxxe34343434'))
    expect(actions).toContainEqual(
      expect.objectContaining({
        call: 'patchCoupon',
        method: 'PATCH',
        path: '/coupons/100088/sxxe34343434',
        query: { mchid: '1900000001' },
        body: { state: 'USED' },
        transition: { event: 'used', to: 'USED' },
      }),
    )
    const order = await control.addOrder({ out_trade_no: 'PAID', total: 500 })
    const paid = await control.thing('orders', named(order.mchid, 'PAID'))
    const part = paid.actions.find(({ fields }) => fields.length > 0)
    expect(part?.fields).toMatchObject([
      { member: 'amount', type: 'number', as: 'money', min: 1, required: false },
      { member: 'outcome', type: 'choice', options: ['SUCCESS', 'CLOSED', 'ABNORMAL'] },
    ])
  })

  test('have names with slashes and percent signs', async ({ control }) => {
    const number = 'A/B%2F?#'
    const { mchid } = await control.addOrder({ out_trade_no: number })
    expect(await control.thing('orders', named(mchid, number))).toMatchObject({ heading: number })
  })

  test('show what belongs to them, counted by state', async ({ control, merchant }) => {
    await control.freeze()
    await control.addStock({ stock_id: '777001' })
    await control.addCoupons([
      ...Array.from({ length: 30 }, (_, i) => ({ stock_id: '777001', coupon_code: `C${i}` })),
      ...Array.from({ length: 7 }, (_, i) => ({ stock_id: '777001', coupon_code: `E${i}`, state: 'EXPIRED' as const })),
      { stock_id: '777001', coupon_code: 'U1', state: 'USED' as const },
    ])
    await merchant.call(useCoupon, {
      stock_id: '777001',
      coupon_code: 'C0',
      appid: 'wx0000000000000001',
      use_time: '2026-11-25T12:00:00+08:00',
      use_request_no: 'R1',
    })
    const name = named('1900000001', '777001')
    const batch = await control.thing('stocks', name)
    expect(batch.related).toMatchObject([
      {
        thing: 'coupons',
        total: 38,
        pages: true,
        states: { SENDED: 29, USED: 2, EXPIRED: 7, DEACTIVATED: 0, DELETED: 0 },
      },
      { thing: 'codes', total: 0 },
    ])
    const of = `stocks/${name}`
    const expired = await control.thingPage('coupons', { of, state: 'EXPIRED', limit: 5 })
    const rest = await control.thingPage('coupons', { of, state: 'EXPIRED', limit: 5, cursor: expired.next })
    expect([expired.total, ...[...expired.items, ...rest.items].map(({ heading }) => heading)]).toEqual([
      7,
      ...Array.from({ length: 7 }, (_, i) => `E${i}`),
    ])
    const all: string[] = []
    for (let cursor: string | undefined, last = false; !last; ) {
      const page = await control.thingPage('coupons', { of, limit: 9, ...(cursor !== undefined && { cursor }) })
      all.push(...page.items.map(({ heading }) => heading))
      expect(page.total).toBe(38)
      cursor = page.next
      last = cursor === undefined
    }
    expect([all.length, new Set(all).size]).toEqual([38, 38])
  })

  test("belong to one merchant's batch only, whose id others may have too", async ({ control }) => {
    const { mchid } = await control.createMerchant()
    const own = '1900000001'
    for (const owner of [own, mchid]) {
      await control.addStock({ stock_id: '777001', mchid: owner })
      await control.addCoupon({ stock_id: '777001', coupon_code: `OF${owner}`, mchid: owner })
    }
    for (const owner of [own, mchid]) {
      const of = `stocks/${named(owner, '777001')}`
      const shown = { total: 1, items: [{ name: [owner, '777001', `OF${owner}`] }] }
      expect(await control.thing('stocks', named(owner, '777001'))).toMatchObject({ related: [shown, { total: 0 }] })
      expect(await control.thingPage('coupons', { of })).toMatchObject(shown)
      expect(await control.thingPage('coupons', { of, mchid: owner })).toMatchObject(shown)
      expect(await control.thingPage('coupons', { of, text: 'of' })).toMatchObject(shown)
      expect(await control.thingPage('coupons', { of, mchid: owner === own ? mchid : own })).toEqual({
        items: [],
        total: 0,
      })
    }
  })

  test('are what an exchange changed, or read and named, and no others', async ({ control, merchant }) => {
    const order = await control.addOrder({ out_trade_no: 'T1', total: 500 })
    await control.addUser({ openid: 'oKnown' })
    const link = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }
    await merchant.call(associateTradeInfo, link)
    await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'T1', mchid: '1900000001' })
    const amount = { refund: 100, total: 500, currency: 'CNY' as const }
    await merchant.call(createRefund, { transaction_id: order.transaction_id ?? '', out_refund_no: 'R1', amount })
    const [openid, appid] = ['oKnown', 'wx0000000000000001']
    await control.addStock({ stock_id: '500000', coupon_code_mode: 'WECHATPAY_MODE' })
    await merchant.call(sendCoupon, { stock_id: '500000', openid, appid, out_request_no: 'S1' })
    await control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example.com/' })
    await merchant.call(downloadCertificates)
    const found: string[][] = []
    for (const { id } of await control.journal()) {
      found.push((await control.exchangeThings(id)).map(({ thing, heading, state }) => `${thing} ${heading} ${state}`))
    }
    const sent = (await control.coupons({ limit: 1 })).items[0]?.coupon_code
    expect(found).toEqual([
      ['coupons sxxe34343434 SENDED', 'stocks 100088 RUNNING', 'orders T1 REFUND'],
      ['orders T1 REFUND'],
      ['orders T1 REFUND', 'refunds R1 PROCESSING'],
      [`coupons ${sent} SENDED`, 'stocks 500000 RUNNING', 'users oKnown undefined'],
      [`coupons ${sent} SENDED`, 'stocks 500000 RUNNING', 'users oKnown undefined'],
      [],
    ])
  })

  test('tell in their history who made them, and what else that changed', async ({ control, merchant }) => {
    await control.freeze()
    await control.addStock({ stock_id: '500000', coupon_code_mode: 'WECHATPAY_MODE' })
    const [openid, appid] = ['oKnown', 'wx0000000000000001']
    await merchant.call(sendCoupon, { stock_id: '500000', openid, appid, out_request_no: 'S1' })
    const coupon = (await control.coupons({ stock_id: '500000' })).items[0]?.coupon_code ?? ''
    const ofCoupon = { thing: 'coupons', name: ['1900000001', '500000', coupon] }
    const ofBatch = { thing: 'stocks', name: ['1900000001', '500000'] }
    const about = async (thing: string, ...name: string[]) =>
      (await control.thing(thing, named(...name))).entries.map((entry) => [entry.event, entry.about])
    expect(await about('coupons', ...ofCoupon.name)).toEqual([['sent', [ofBatch]]])
    expect(await about('stocks', ...ofBatch.name)).toEqual([[undefined, [ofCoupon]]])

    const { transaction_id = '' } = await control.addOrder({ out_trade_no: 'T1', total: 500 })
    const amount = { refund: 100, total: 500, currency: 'CNY' as const }
    await merchant.call(createRefund, { transaction_id, out_refund_no: 'R1', amount })
    const ofRefund = { thing: 'refunds', name: ['1900000001', 'R1'] }
    expect((await about('orders', '1900000001', 'T1'))[0]).toEqual(['refunded', [ofRefund]])
    const { now } = await control.clock()
    await control.advance('P1D')
    const { entries } = await control.thing('refunds', named(...ofRefund.name))
    expect(Date.parse(entries[0]?.time ?? '') - Date.parse(now)).toBe(5_000)
    expect(entries).toMatchObject([
      { event: 'changed', state_before: 'PROCESSING', state_after: 'SUCCESS' },
      { event: 'created', state_after: 'PROCESSING', exchange: { operation: 'createRefund', status: 200 } },
    ])
  })

  test('keep what is secret to themselves', async ({ control }) => {
    await control.addOrder({ out_trade_no: 'PAID', total: 500 })
    const key = 'k'.repeat(32)
    const refund = await control.refundOrder('PAID', { notification: 'v2_xml', api_v2_key: key })
    const shown = await control.thing('refunds', named(refund.mchid, refund.out_refund_no))
    expect(JSON.stringify(shown)).not.toContain(key)
  })

  test('that there are not are refused, in words', async ({ control }) => {
    expect(await refusalOf(control.thingPage('requests'))).toMatchObject({ code: 'MOCK_THING_UNKNOWN' })
    expect(await refusalOf(control.thing('orders', named('1900000001', 'NONE')))).toMatchObject({
      code: 'MOCK_THING_UNKNOWN',
      path: '/path/name',
    })
    expect(await refusalOf(control.thing('orders', '1900000001'))).toMatchObject({
      code: 'MOCK_THING_UNKNOWN',
      message: expect.stringContaining('names no order: write its owner and the parts of its key'),
    })
    expect(await refusalOf(control.thingPage('orders', { of: 'stocks/1900000001/100088' }))).toMatchObject({
      code: 'MOCK_INPUT',
      path: '/query/of',
    })
    for (const of of ['stocks/1900000001/NONE', 'stocks', 'nothing/1900000001']) {
      expect(await refusalOf(control.thingPage('coupons', { of }))).toMatchObject({
        code: 'MOCK_THING_UNKNOWN',
        path: '/query/of',
      })
    }
  })
})

describe('a table that nobody says how to show', () => {
  const tickets = defineTable({
    name: 'tickets',
    title: { en: 'Tickets', zh: '门票' },
    owner: ({ mchid }: { mchid: string; id: string; seat: string; at: string }) => mchid,
    key: ({ id }) => [id],
    indexes: {},
    json: z
      .strictObject({ mchid: z.string(), id: z.string(), seat: z.string(), at: z.string() })
      .meta({ id: 'Ticket' }),
    fromJson: (json) => json,
    toJson: (row) => row,
  })
  const cinema = defineProduct({
    id: 'cinema',
    title: { en: 'Cinema', zh: '影院' },
    operations: [],
    tables: [tickets],
  })

  test('is not read whole where it is large, and says what it lacks', async () => {
    const { control } = createMock({
      products: [...products, cinema],
      seed: {
        tickets: Array.from({ length: 20_001 }, (_, i) => ({
          mchid: '1900000001',
          id: `T${i}`,
          seat: 'A',
          at: '2026-11-25T20:00:00+08:00',
        })),
      },
    })
    expect(await refusalOf(control.thingPage('tickets'))).toMatchObject({ code: 'MOCK_THINGS_UNSORTED' })
    expect((await control.thing('tickets', named('1900000001', 'T7'))).heading).toBe('T7')
  })

  test('is shown by its JSON, in the order of its keys', async () => {
    const seed = {
      tickets: ['T2', 'T1', 'T3'].map((id) => ({
        mchid: '1900000001',
        id,
        seat: `Row ${id}`,
        at: '2026-11-25T20:00:00+08:00',
      })),
    }
    const { control } = createMock({ products: [...products, cinema], seed })
    expect((await control.things()).at(-1)).toMatchObject({ id: 'tickets', product: 'cinema', listed: true })
    const first = await control.thingPage('tickets', { limit: 2 })
    const second = await control.thingPage('tickets', { limit: 2, cursor: first.next })
    expect([...first.items, ...second.items].map(({ heading }) => heading)).toEqual(['T1', 'T2', 'T3'])
    expect(second.next).toBeUndefined()
    expect(first.items[0]).toMatchObject({
      under: [{ title: { en: 'seat' }, value: 'Row T1' }],
      end: [{ title: { en: 'at' }, as: 'time' }],
    })
    expect(await control.thing('tickets', named('1900000001', 'T1'))).toMatchObject({
      facts: [{ value: '1900000001' }, { value: 'Row T1' }, { as: 'time' }],
      actions: [],
      entries: [],
      json: { seat: 'Row T1' },
    })
    expect((await control.thingPage('tickets', { text: 'row t3' })).total).toBe(1)
  })
})

describe('things that name what there is not', () => {
  const tickets = defineTable({
    name: 'tickets',
    title: { en: 'Tickets', zh: '门票' },
    owner: ({ mchid }: { mchid: string; id: string }) => mchid,
    key: ({ id }) => [id],
    indexes: {},
    json: z.strictObject({ mchid: z.string(), id: z.string() }).meta({ id: 'Ticket' }),
    fromJson: (json) => json,
    toJson: (row) => row,
  })
  const title = { en: 'Tear it', zh: '检票' }
  const ROWS = { A: { en: 'in front', zh: '前排' }, B: { en: 'behind', zh: '后排' } }
  const show = (row: { mchid: string; id: string }) => row
  const routes = { addTicket: 'POST /tickets', tearTicket: 'POST /tickets/{id}/tear' }
  const call = defineCall({ summary: 'Do it', body: z.strictObject({ seat: z.string() }), handle: () => undefined })
  const STAGES: Life['stages'] = [[{ name: 'OPEN', title, tone: 'good' }]]
  const torn = { event: 'torn', title, from: ['OPEN'], to: 'OPEN', by: 'hand' } as const
  const unlisted = defineCall({ summary: 'Do it', transitions: [torn], handle: () => undefined })
  const asking = { ...call, transitions: [{ ...torn, fields: [{ member: 'row', title }] }] }
  const cinema = (things: readonly ProductThing[], tables: readonly Table[] = [tickets]) =>
    defineProduct({
      id: 'cinema',
      title: { en: 'Cinema', zh: '影院' },
      operations: [],
      tables,
      routes,
      calls: async () => ({ addTicket: call, tearTicket: call }),
      things: async () => things,
    })

  test('work where they name what there is', async () => {
    const fields = [{ member: 'seat', title }]
    const thing = defineThing(tickets, { show, makes: [{ title, call: 'addTicket', fields }] })
    const { control } = createMock({ products: [...products, cinema([thing])] })
    expect((await control.things()).at(-1)).toMatchObject({ id: 'tickets', makes: [{ path: '/tickets' }] })
  })

  test('are completed with what other rows say, lead only to rows that there are, and ask for what they need', async () => {
    const seat = { title: { en: 'Beside', zh: '邻座' }, to: () => ({ table: tickets, name: ['1900000001', 'T2'] }) }
    const thing = defineThing(tickets, {
      show: (row): { id: string; mchid: string; sold?: number } => row,
      complete: async (tx, row) => ({ ...row, sold: await tx.in(tickets).count() }),
      facts: [
        { title: { en: 'Sold', zh: '已售' }, of: ({ sold }) => sold, inList: 'beside' },
        { ...seat, of: () => 'T2' },
      ],
      actions: [{ title, call: 'tearTicket', fields: [{ member: 'row', title, isNeeded: true, options: ROWS }] }],
    })
    const row = z.enum(['A', 'B']).nullable().optional()
    const tear = defineCall({ summary: 'Tear it', body: z.strictObject({ row }), handle: () => undefined })
    const product = { ...cinema([thing]), calls: async () => ({ addTicket: call, tearTicket: tear }) }
    const seed = { tickets: [{ mchid: '1900000001', id: 'T1' }] }
    const { control } = createMock({ products: [...products, product], seed })
    const look = () => control.thing('tickets', named('1900000001', 'T1'))
    const alone = await look()
    expect(alone.facts.map(({ value, to }) => [value, to])).toEqual([
      [1, undefined],
      ['T2', undefined],
    ])
    expect((await control.thingPage('tickets')).items).toMatchObject([{ beside: [{ value: 1 }] }])
    expect(alone.actions[0]?.fields).toEqual([
      { member: 'row', title, type: 'choice', required: true, options: ['A', 'B'], option_titles: ROWS },
    ])
    const { control: full } = createMock({
      products: [...products, product],
      seed: { tickets: [...seed.tickets, { mchid: '1900000001', id: 'T2' }] },
    })
    expect((await full.thing('tickets', named('1900000001', 'T1'))).facts[1]).toMatchObject({
      to: { thing: 'tickets', name: ['1900000001', 'T2'] },
    })
  })

  test.for<[what: string, things: readonly ProductThing[], said: string, tables?: readonly Table[]]>([
    ['an action', [defineThing(tickets, { show, actions: [{ title, call: 'tearTickets' }] })], 'Tear it .*tearTickets'],
    [
      'a state that a transition leads to',
      [defineThing(tickets, { show, life: { stages: STAGES, transitions: [{ ...torn, to: 'TORN' }] } })],
      'transition Tear it in the life of tickets of cinema has the state TORN',
    ],
    [
      'a state that a transition leads from',
      [defineThing(tickets, { show, life: { stages: STAGES, transitions: [{ ...torn, from: ['OPEN', 'LOST'] }] } })],
      'transition Tear it in the life of tickets of cinema has the state LOST',
    ],
    [
      'a control call that makes a transition',
      [defineThing(tickets, { show, life: { stages: STAGES, transitions: [unlisted] } })],
      'transition Tear it is made by a control call that no product lists',
    ],
    [
      'the transitions of a control call',
      [defineThing(tickets, { show, life: { stages: STAGES, transitions: [call] } })],
      'life of tickets of cinema has a control call without transitions',
    ],
    [
      'a field of a transition',
      [defineThing(tickets, { show, life: { stages: STAGES, transitions: [asking] } })],
      'Tear it asks for row, which the body of addTicket',
    ],
    [
      'a field of an action',
      [defineThing(tickets, { show, actions: [{ title, call: 'tearTicket', fields: [{ member: 'row', title }] }] })],
      'Tear it asks for row, which the body of tearTicket',
    ],
    ['a call that makes one', [defineThing(tickets, { show, makes: [{ title, call: 'addTickets' }] })], 'addTickets'],
    [
      'a path with variables to make one',
      [defineThing(tickets, { show, makes: [{ title, call: 'tearTicket' }] })],
      'tearTicket, whose path has variables',
    ],
    [
      'an action of another thing that makes one',
      [defineThing(tickets, { show, makes: [{ title, of: tickets, call: 'addTicket' }] })],
      'Tear it is the action addTicket of the table tickets',
    ],
    [
      'a list that they belong to another thing by',
      [
        defineThing(tickets, {
          show,
          belongs: [belongsTo(tickets, { title, list: { name: 'ofRow', among: () => [] } })],
        }),
      ],
      'the list ofRow, which the table tickets',
    ],
    [
      'a page',
      [
        defineThing(tickets, {
          show,
          facts: [{ title, of: ({ id }) => id, opens: { page: { path: '/seat', title }, query: () => ({}) } }],
        }),
      ],
      'Tear it opens the page /seat, which is none of the product cinema',
    ],
    ['a table that is kept', [defineThing(tickets, { show })], 'cinema shows the table tickets', []],
    ['defineThing', [{ table: tickets }], 'table tickets of cinema was not made with defineThing'],
  ])('are refused with the first control call: %s', async ([, things, said, tables]) => {
    const { control } = createMock({ products: [...products, cinema(things, tables)] })
    const refusal = { code: 'MOCK_PRODUCT', message: expect.stringMatching(said) }
    expect(await refusalOf(control.health())).toMatchObject(refusal)
    expect(await refusalOf(control.things())).toMatchObject(refusal)
  })
})
