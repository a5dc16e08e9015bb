import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadWorld } from '../../../src/control/world/load-world.ts'
import { createIds } from '../../../src/engine/ids.ts'
import { requests } from '../../../src/engine/state/request-numbers.ts'
import { createMock } from '../../../src/mock.ts'
import { redeem, rolesOf } from '../../../src/products/merchant-coupon/coupon-rules.ts'
import { type Coupon, type CouponJson, couponState, coupons } from '../../../src/products/merchant-coupon/coupons.ts'
import { stocks } from '../../../src/products/merchant-coupon/stocks.ts'
import { orders } from '../../../src/products/payment/orders.ts'
import { type ScenarioName, scenario, scenarios } from '../../../src/products/scenarios/index.ts'
import { rowsIn, TABLES } from '../../helpers/tables.ts'

const names = Object.keys(scenarios) as ScenarioName[]
/** A Wednesday. */
const NOW = Date.parse('2026-11-25T12:00:00+08:00')

function load(name: string, now = NOW) {
  const { world } = loadWorld(scenario(name), TABLES, { now, ids: createIds(name), defaultMchid: '1900000001' })
  return {
    stocks: rowsIn(world, stocks),
    coupons: rowsIn(world, coupons),
    orders: rowsIn(world, orders),
    requests: rowsIn(world, requests),
  }
}

function loadCoupon(name: string, code: string, now = NOW) {
  const world = load(name, now)
  const coupon = world.coupons.find((candidate) => candidate.coupon_code === code)
  const stock = world.stocks.find(
    (candidate) => candidate.stock_id === coupon?.stock_id && candidate.mchid === coupon.mchid,
  )
  if (!coupon || !stock) throw new Error(`No coupon ${code} in ${name}`)
  return { coupon, stock }
}

test('every file in the folder is a scenario with its name', () => {
  const files = readdirSync(new URL('../../../src/products/scenarios/', import.meta.url))
    .filter((file) => file.endsWith('.json') && file !== 'seed.schema.json')
    .map((file) => file.replace('.json', ''))
  expect(files.toSorted()).toEqual(names.toSorted())
})

test.for(['nowhere', 'toString', '__proto__', ''])('there is no scenario %j', (name) => {
  expect(() => scenario(name)).toThrow(
    expect.objectContaining({ code: 'MOCK_SCENARIO', message: expect.stringContaining('default, empty') }),
  )
})

test('a scenario is handed out as a copy', () => {
  const copy = scenario('default')
  copy.coupons?.splice(0)
  expect(scenario('default').coupons?.length).toBeGreaterThan(0)
})

describe.for(names)('%s', (name) => {
  test('says what it is', () => {
    expect(scenario(name).description).toMatch(/^[A-Z].{20,}\.$/)
    expect(scenario(name).$schema).toBe('./seed.schema.json')
  })

  test.for(['2020-01-01T00:00:00+08:00', '2026-11-25T12:00:00+08:00', '2049-12-31T23:59:59.999+08:00'])(
    'loads at any time, every coupon in its state: %s',
    (clock) => {
      const now = Date.parse(clock)
      const { coupons } = load(name, now)
      const wanted = (scenario(name).coupons ?? []).map(({ state }) => state ?? 'SENDED')
      expect(coupons.map((coupon) => couponState(coupon, now))).toEqual(wanted)
    },
  )

  test('needs no merchants, so that createMock takes it; coupons and orders have names to call them by', () => {
    const { merchants, coupons = [], orders = [] } = scenario(name)
    expect(merchants).toBeUndefined()
    for (const { coupon_code, stock_id } of coupons) expect([coupon_code, stock_id]).not.toContain(undefined)
    expect(new Set(coupons.map(({ coupon_code }) => coupon_code)).size).toBe(coupons.length)
    for (const { out_trade_no } of orders) expect(out_trade_no).toMatch(/^[0-9A-Za-z_\-|*]{6,32}$/)
  })
})

describe('default', () => {
  test('keeps the codes that the documents quote', () => {
    const { stocks = [], coupons = [], orders = [] } = scenario('default')
    expect(stocks.map(({ mchid, stock_id }) => [mchid, stock_id])).toEqual([
      [undefined, '100088'],
      [undefined, '100089'],
      ['1900000009', '200088'],
    ])
    expect(coupons.map(({ stock_id, coupon_code, state = 'SENDED' }) => `${stock_id} ${coupon_code} ${state}`)).toEqual(
      [
        '100088 sxxe34343434 SENDED',
        '100088 COUPON_SENDED SENDED',
        '100088 COUPON_LINKED SENDED',
        '100088 COUPON_USED USED',
        '100088 COUPON_EXPIRED EXPIRED',
        '100088 COUPON_DEACTIVATED DEACTIVATED',
        '100088 COUPON_DELETED DELETED',
        '100089 COUPON_NOT_YET_USABLE SENDED',
        '200088 COUPON_FOREIGN SENDED',
      ],
    )
    expect(orders.map(({ out_trade_no }) => out_trade_no)).toEqual(['MCH_102233445', 'MCH_UNPAID'])
  })

  test('the foreign coupon is nothing of the well-known merchant, the late one is not usable yet', () => {
    const { coupon, stock } = loadCoupon('default', 'COUPON_FOREIGN')
    expect(rolesOf('1900000001', stock, coupon)).toEqual([])
    expect(loadCoupon('default', 'COUPON_NOT_YET_USABLE').coupon.available_start_time).toBeGreaterThan(NOW)
  })
})

describe('partner', () => {
  test.for<[string, string[], string[]]>([
    ['PARTNER_CREATED', ['creator', 'sender'], ['owner']],
    ['PARTNER_CREATED_SENT_BY_SUB', ['creator'], ['owner', 'sender']],
    ['PARTNER_CREATED_LINKED', ['creator', 'sender'], ['owner']],
    ['PARTNER_OWNED', ['owner'], []],
    ['PARTNER_SENT', ['sender'], ['owner']],
    ['PARTNER_FOREIGN', [], ['owner', 'sender']],
  ])('%s: the well-known merchant is %j, its sub-merchant is %j', ([code, ours, subs]) => {
    const { coupon, stock } = loadCoupon('partner', code)
    expect(rolesOf('1900000001', stock, coupon)).toEqual(ours)
    expect(rolesOf('1900000010', stock, coupon)).toEqual(subs)
  })

  test('both merchants have orders, and the linked coupon names one of the caller', () => {
    const { orders } = load('partner')
    const of = (mchid: string) =>
      orders.filter((order) => order.mchid === mchid).map(({ out_trade_no }) => out_trade_no)
    expect(of('1900000001')).toEqual(['SP_ORDER_1', 'SP_ORDER_2'])
    expect(of('1900000010')).toEqual(['SUB_ORDER_1', 'SUB_ORDER_2'])
    expect(loadCoupon('partner', 'PARTNER_CREATED_LINKED').coupon.associate_out_trade_no).toBe('SP_ORDER_2')
  })

  test('every coupon belongs to a batch of the file: none is made for it', () => {
    expect(load('partner').stocks).toHaveLength(3)
  })
})

describe('times', () => {
  test.for<[string, string, string]>([
    ['TIMES_NOT_YET_USABLE', '2026-11-30T23:59:59', 'outside_its_time'],
    ['TIMES_NOT_YET_USABLE', '2026-12-01T00:00:00', 'USED'],
    ['TIMES_ENDS_TODAY', '2026-11-25T23:59:59', 'USED'],
    ['TIMES_ENDS_TODAY', '2026-11-26T00:00:00', 'outside_its_time'],
    ['TIMES_WEEKEND', '2026-11-27T23:59:59', 'outside_its_time'],
    ['TIMES_WEEKEND', '2026-11-28T00:00:00', 'USED'],
    ['TIMES_WEEKEND', '2026-11-29T23:59:59', 'USED'],
    ['TIMES_WEEKEND', '2026-11-30T00:00:00', 'outside_its_time'],
    ['TIMES_LUNCH_AND_DINNER', '2026-11-25T10:59:59', 'outside_its_time'],
    ['TIMES_LUNCH_AND_DINNER', '2026-11-25T12:00:00', 'USED'],
    ['TIMES_LUNCH_AND_DINNER', '2026-11-25T16:00:00', 'outside_its_time'],
    ['TIMES_LUNCH_AND_DINNER', '2026-11-25T18:30:00', 'USED'],
    ['TIMES_LUNCH_AND_DINNER', '2026-11-28T12:00:00', 'outside_its_time'],
    ['TIMES_DOUBLE_ELEVEN', '2026-11-25T12:00:00', 'outside_its_time'],
    ['TIMES_DOUBLE_ELEVEN', '2027-11-11T00:00:00', 'USED'],
    ['TIMES_DOUBLE_ELEVEN', '2027-11-12T00:00:00', 'outside_its_time'],
    ['TIMES_DOUBLE_ELEVEN', '2035-11-11T23:59:59', 'USED'],
    ['TIMES_ENDED', '2026-11-25T12:00:00', 'outside_its_time'],
    ['TIMES_USED_THEN_ENDED', '2026-11-25T12:00:00', 'already_used'],
    ['TIMES_NOT_BEGUN', '2098-12-31T23:59:59', 'outside_its_time'],
    ['TIMES_NOT_BEGUN', '2099-01-01T00:00:00', 'USED'],
  ])('%s redeemed at %s: %s', ([code, at, outcome]) => {
    const { coupon, stock } = loadCoupon('times', code)
    const decision = redeem(coupon, stock, {
      mchid: stock.mchid,
      request_no: 'R1',
      time: Date.parse(`${at}+08:00`),
    })
    expect(decision.ok ? decision.value.state : decision.reason).toBe(outcome)
  })

  test('what ended in 2023 ended then, whenever it is looked at', () => {
    const { coupon, stock } = loadCoupon('times', 'TIMES_ENDED')
    expect(new Date(coupon.expire_time).toISOString()).toBe('2023-11-30T15:59:59.000Z')
    expect(stock.state).toBe('STOPED')
    expect(loadCoupon('times', 'TIMES_USED_THEN_ENDED').coupon.use_request_no).toBe('TIMES_USE_1')
  })
})

describe('life', () => {
  const coupons = scenario('life').coupons ?? []

  test.for(coupons.map((coupon) => [coupon.coupon_code ?? '', coupon] as const))(
    '%s: the history tells how it came to be what it is',
    ([code, json]) => {
      const { coupon } = loadCoupon('life', code)
      expect(afterItsHistory(coupon)).toEqual(asItIs(coupon))
      const times = coupon.history.map(({ time }) => time)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(coupon.history[0]).toEqual({
        event: 'sent',
        time: coupon.receive_time,
        request_no: coupon.send_request_no,
      })
      // Nor does the file have members that contradict the state.
      expect(stray(json)).toEqual([])
    },
  )

  test('every way through life is there', () => {
    const ways = coupons.map(({ history = [] }) => history.map(({ event }) => event).join(' '))
    expect(new Set(ways)).toEqual(
      new Set([
        'sent',
        'sent associated',
        'sent associated disassociated',
        'sent associated disassociated associated',
        'sent used',
        'sent associated used',
        'sent associated used returned',
        'sent associated used returned disassociated associated',
        'sent associated used returned used',
        'sent associated deactivated',
        'sent deleted',
      ]),
    )
    expect(coupons.map(({ state }) => state)).toEqual(expect.arrayContaining(['EXPIRED']))
  })

  test('the request numbers that took effect are remembered with the values that a repeat brings', () => {
    const operations = { associated: 'associateTradeInfo', disassociated: 'disassociateTradeInfo', used: 'useCoupon' }
    const expected = load('life').coupons.flatMap(({ history, mchid, stock_id, coupon_code }) =>
      history.flatMap(({ event, time, request_no, out_trade_no }) => {
        if (event !== 'associated' && event !== 'disassociated' && event !== 'used') return []
        const values = event === 'used' ? [mchid, stock_id, coupon_code] : [stock_id, coupon_code, out_trade_no]
        return [{ mchid: '1900000001', operation: operations[event], request_no, values, time }]
      }),
    )
    expect(load('life').requests).toEqual(expected)
    expect(new Set(expected.map(({ request_no }) => request_no)).size).toBe(expected.length)
  })

  test('the orders of the links exist', () => {
    const known = load('life').orders.map(({ out_trade_no }) => out_trade_no)
    const linked = load('life').coupons.flatMap((coupon) => coupon.associate_out_trade_no ?? [])
    expect(new Set(linked)).toEqual(new Set(known))
  })
})

/** Expected coupon after its events, derived without the rules that made them. */
function afterItsHistory({ history }: Coupon) {
  let state = 'SENDED'
  let link: object | undefined
  let use: object | undefined
  let back: object | undefined
  let stop: string | undefined
  for (const { event, time, request_no, out_trade_no } of history) {
    if (event === 'associated') link = { time, request_no, out_trade_no }
    if (event === 'disassociated') {
      expect(link).toMatchObject({ out_trade_no })
      link = undefined
    }
    if (event === 'used') [state, use] = ['USED', { time, request_no }]
    if (event === 'returned') [state, use, back] = ['SENDED', undefined, { time, request_no }]
    if (event === 'deactivated') [state, stop] = ['DEACTIVATED', request_no]
    if (event === 'deleted') state = 'DELETED'
  }
  return { state, link, use, back, stop }
}

function asItIs(coupon: Coupon) {
  const done = (time: number | undefined, request_no: string | undefined, more: object = {}) =>
    time === undefined ? undefined : { time, request_no, ...more }
  const { associate_out_trade_no: out_trade_no } = coupon
  return {
    state: coupon.state,
    link: done(coupon.associate_time, coupon.associate_request_no, { out_trade_no }),
    use: done(coupon.use_time, coupon.use_request_no),
    back: done(coupon.return_time, coupon.return_request_no),
    stop: coupon.deactivate_request_no,
  }
}

/** Members that contradict the state. */
function stray({ state, use_time, use_request_no, deactivate_time }: CouponJson): string[] {
  return [
    ...(state !== 'USED' && (use_time ?? use_request_no) !== undefined ? ['use'] : []),
    ...(state !== 'DEACTIVATED' && deactivate_time !== undefined ? ['deactivate'] : []),
  ]
}

describe('transfers', () => {
  test('has one for each way that a transfer can go, and an account whose sums are right', async () => {
    const { control } = createMock({ seed: 'transfers', clock: { now: () => NOW } })
    // A transfer without enough money stays ACCEPTED for a second.
    await control.advance('PT1S')
    const { items } = await control.transfers()

    expect(
      Object.fromEntries(items.map(({ out_bill_no, state, fail_reason }) => [out_bill_no, [state, fail_reason]])),
    ).toEqual({
      TRANSFERWAITING: ['WAIT_USER_CONFIRM', undefined],
      TRANSFERUNVERIFIED: ['WAIT_USER_CONFIRM', undefined],
      TRANSFERSUCCEEDED: ['SUCCESS', undefined],
      TRANSFERFAILED: ['FAIL', 'NAME_NOT_CORRECT'],
      TRANSFEROVERDUE: ['FAIL', 'OVERDUE_CLOSE'],
      TRANSFERCANCELLED: ['CANCELLED', 'MCH_CANCEL'],
      TRANSFERSHORT: ['PROCESSING', undefined],
    })
    expect(await control.transferAccount()).toMatchObject({ balance: 100_000, locked: 1_000, paid: 2_000 })
  })

  test('has users whose names decide how a transfer ends', async () => {
    const { control } = createMock({ seed: 'transfers', clock: { now: () => NOW } })

    await control.confirmTransfer('TRANSFERWAITING')
    await control.confirmTransfer('TRANSFERUNVERIFIED')

    expect(await control.transfer('TRANSFERWAITING')).toMatchObject({ state: 'SUCCESS' })
    expect(await control.transfer('TRANSFERUNVERIFIED')).toMatchObject({
      state: 'FAIL',
      fail_reason: 'REAL_NAME_CHECK_FAIL',
    })
    expect(await control.transferAuthorization('AUTHORIZED1')).toMatchObject({ state: 'TAKING_EFFECT' })
  })
})
