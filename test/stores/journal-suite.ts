import { expect } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import type { OpenedMock } from '../helpers/engine.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }

/**
 * Makes calls at one mock, and looks at another with the same store, or at the same one, for what the journal counts: how they ended, the last
 * minutes, and what faults have hit.
 */
export async function expectCountedJournal(called: OpenedMock, asked: OpenedMock): Promise<void> {
  const credentials = await called.control.credentials()
  const { request } = createMerchantClient({ credentials, send: (one) => called.handle(one) })
  const { id: spent } = await asked.control.planFault({ operation: 'associateTradeInfo', error: 'system_error' })
  const { id: lasting } = await asked.control.planFault({
    effect: 'delay',
    delay_ms: 1,
    operation: 'downloadCertificates',
    always: true,
  })
  await request({ target: ASSOCIATE, body: LINK })
  await request({ target: ASSOCIATE, body: LINK })
  await request({ target: ASSOCIATE, body: { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'A2' } })
  for (let i = 0; i < 2; i++) await request({ target: '/v3/certificates' })
  await request({ target: '/v3/certificates', signInstead: { target: '/' } })

  const { counts, recent, total, items } = await asked.control.journalPage({ limit: 2 })
  expect({ counts, total, shown: items.length }).toEqual({
    counts: { all: 6, error: 3, '2xx': 3, '4xx': 2, '5xx': 1, other: 0, faulted: 3 },
    total: 6,
    shown: 2,
  })
  const sum = (name: '2xx' | '4xx' | '5xx') => recent?.steps.reduce((all, step) => all + step[name], 0)
  expect([sum('2xx'), sum('4xx'), sum('5xx')]).toEqual([3, 2, 1])
  expect(recent?.duration_ms?.median).toBeGreaterThan(0)

  for (const [outcome, statuses] of [
    ['faulted', [200, 200, 500]],
    ['error', [401, 400, 500]],
    ['5xx', [500]],
    ['other', []],
  ] as const) {
    const page = await asked.control.journalPage({ outcome })
    expect(
      page.items.map(({ status }) => status),
      outcome,
    ).toEqual(statuses)
    expect(page.counts, outcome).toEqual(counts)
  }
  const ofCoupon = await asked.control.journalPage({ coupon_code: 'sxxe34343434' })
  expect(ofCoupon.counts).toMatchObject({ all: 2, '2xx': 1, '5xx': 1, faulted: 1 })

  const fired = await asked.control.firedFaults()
  expect(
    fired.map(({ fault, active, hits, exchanges }) => [fault.id, fault.fired, active, hits, exchanges.length]),
  ).toEqual([
    [lasting, 2, true, 2, 2],
    [spent, 1, false, 1, 1],
  ])
  expect(fired[1]?.exchanges[0]).toMatchObject({ operation: 'associateTradeInfo', status: 500, code: 'SYSTEM_ERROR' })
}
