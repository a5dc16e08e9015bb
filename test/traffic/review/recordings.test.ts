import { describe, expect } from 'vitest'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import {
  createRefund,
  getTransferBillByOutNo,
  jsapiPrepay,
  queryOrderByOutTradeNo,
  queryRefund,
  transferToUser,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { type RecordedExchange, readRecording } from '../../../src/traffic/recording/read-recording.ts'
import { NOT_JUDGED, type RecordingKeys, reviewRecording } from '../../../src/traffic/review/recording.ts'
import { test as base } from '../../contracts/recording.ts'
import { startReceiver } from '../../helpers/receiver.ts'
import { wanted } from '../../products/transfer/transfers.ts'

const { merchant, platform } = wellKnownIdentity()
const KEYS: RecordingKeys = {
  apiV3Key: merchant.apiV3Key,
  keyOf: (serial) =>
    [...platform.certificates, platform.publicKey].find(({ serialNo }) => serialNo === serial)?.publicKey,
}

const APPID = 'wx1234567889999'
const CUSTOMER = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const ORDER = {
  appid: APPID,
  mchid: '1900000001',
  description: '手工茶具',
  out_trade_no: 'ORDER-1',
  notify_url: 'https://shop.example/paid',
  amount: { total: 10_000 },
  payer: { openid: CUSTOMER },
}
const QUERY = { out_trade_no: 'ORDER-1', mchid: '1900000001' }
const refund = (out_refund_no: string, more: object = {}) => ({
  out_trade_no: 'ORDER-1',
  out_refund_no,
  amount: { refund: 4_000, total: 10_000, currency: 'CNY' },
  ...more,
})

/** Findings, each rule with its places. */
async function found(exchanges: readonly RecordedExchange[]): Promise<string[]> {
  const { findings } = await reviewRecording(exchanges, KEYS)
  return findings.map(({ rule, where }) => `${rule}: ${where.en}`)
}

/** A shop whose calls are made, whatever becomes of them, and reviewed by the journal of the mock. */
const test = base.extend('doing', async ({ shop }) => {
  const { client, control, mock } = shop
  return {
    control,
    /** Makes a call, whose answer may be lost or wrong. */
    async call(operation: Callable, members: Readonly<Record<string, unknown>>): Promise<void> {
      await client.call(operation, members).catch(() => {})
    },
    /** The next call of an operation is answered otherwise. */
    plan: (operation: Callable & { readonly id: string }, how: object) =>
      control.planFault({ operation: operation.id, ...how }),
    async review(change: (exchanges: readonly RecordedExchange[]) => readonly RecordedExchange[] = (all) => all) {
      await mock.outbox.idle()
      const har = await control.journalHar()
      return found(change(readRecording(Buffer.from(JSON.stringify(har)), 'shop.har').exchanges))
    },
  }
})

const LOST = { effect: 'answer_lost' }

describe('a payout whose end is not clear', () => {
  const PAYOUT = 'POST /v3/fund-app/mch-transfer/transfer-bills'

  test.for([
    ['its answer is lost', LOST],
    ['the service fails', { error: 'system_error' }],
    ['the service is overloaded', { error: 'rate_limited' }],
  ] as const)('is not asked for under another number: %s', async ([, fault], { doing }) => {
    await doing.plan(transferToUser, fault)
    await doing.call(transferToUser, wanted())
    await doing.call(transferToUser, wanted({ out_bill_no: 'T2' }))

    expect(await doing.review()).toEqual([
      `new-number: ${PAYOUT} out_bill_no T1 (shop.har, entry 1), then ${PAYOUT} out_bill_no T2 (shop.har, entry 2)`,
    ])
  })

  test('is not settled by a query that says that it waits', async ({ doing }) => {
    await doing.plan(transferToUser, LOST)
    await doing.call(transferToUser, wanted())
    await doing.call(getTransferBillByOutNo, { out_bill_no: 'T1' })
    await doing.call(transferToUser, wanted({ out_bill_no: 'T2' }))

    expect(await doing.review()).toEqual([expect.stringMatching(/^new-number: /)])
  })

  test('has not failed because a query does not find it', async ({ doing }) => {
    await doing.plan(transferToUser, { error: 'system_error' })
    await doing.call(transferToUser, wanted())
    await doing.call(getTransferBillByOutNo, { out_bill_no: 'T1' })
    await doing.call(transferToUser, wanted({ out_bill_no: 'T2' }))

    expect(await doing.review()).toEqual([expect.stringMatching(/^not-found-as-failed: .* T1 .* T2 /)])
  })

  test('may be asked for again with its number, or under another once it failed', async ({ doing }) => {
    await doing.plan(transferToUser, LOST)
    await doing.call(transferToUser, wanted())
    await doing.call(transferToUser, wanted())
    await doing.control.failTransfer('T1', { fail_reason: 'ACCOUNT_FROZEN' })
    await doing.plan(transferToUser, LOST)
    await doing.call(transferToUser, wanted({ out_bill_no: 'T2' }))
    await doing.control.failTransfer('T2', { fail_reason: 'ACCOUNT_FROZEN' })
    await doing.call(getTransferBillByOutNo, { out_bill_no: 'T2' })
    await doing.call(transferToUser, wanted({ out_bill_no: 'T3' }))

    expect(await doing.review()).toEqual([])
  })

  test('is another than that of another customer, or one that is asked for besides', async ({ doing }) => {
    await doing.plan(transferToUser, LOST)
    await doing.call(transferToUser, wanted())
    await doing.call(transferToUser, wanted({ out_bill_no: 'T2', openid: 'oOther' }))
    await doing.call(transferToUser, wanted({ out_bill_no: 'T3' }))
    await doing.call(transferToUser, wanted())

    expect(await doing.review()).toEqual([])
  })
})

describe('an order', () => {
  test('is refunded once a query or a callback says that it is paid', async ({ doing }) => {
    await doing.call(jsapiPrepay, ORDER)
    await doing.control.payOrder('ORDER-1')
    await doing.call(createRefund, refund('R1'))

    expect(await doing.review()).toEqual([
      'refund-without-look: POST /v3/pay/transactions/jsapi out_trade_no ORDER-1 (shop.har, entry 1), then POST /v3/refund/domestic/refunds out_refund_no R1 (shop.har, entry 3)',
    ])
  })

  test('that was looked up may be refunded, and so may one from before the recording', async ({ doing }) => {
    await doing.call(jsapiPrepay, ORDER)
    await doing.control.payOrder('ORDER-1')
    await doing.call(queryOrderByOutTradeNo, QUERY)
    await doing.call(createRefund, refund('R1'))

    expect(await doing.review()).toEqual([])
    expect(await doing.review((all) => all.slice(-1))).toEqual([])
  })

  test('may be placed again under another number, since nobody can pay the first one', async ({ doing }) => {
    await doing.plan(jsapiPrepay, LOST)
    await doing.call(jsapiPrepay, ORDER)
    await doing.call(jsapiPrepay, { ...ORDER, out_trade_no: 'ORDER-2' })

    expect(await doing.review()).toEqual([])
  })

  test('keeps its content, once it may have been accepted', async ({ doing }) => {
    await doing.call(jsapiPrepay, { ...ORDER, payer: {} })
    await doing.call(jsapiPrepay, ORDER)
    await doing.call(jsapiPrepay, { ...ORDER, time_expire: '2099-01-01T00:00:00+08:00' })
    expect(await doing.review()).toEqual([])

    await doing.call(jsapiPrepay, { ...ORDER, amount: { total: 9_999 } })
    expect(await doing.review()).toEqual([
      'number-reused: POST /v3/pay/transactions/jsapi out_trade_no ORDER-1 (shop.har, entry 2), then POST /v3/pay/transactions/jsapi out_trade_no ORDER-1 (shop.har, entry 4)',
    ])
  })
})

describe('a refund', () => {
  test('that ended unclear is looked up before it is asked for again', async ({ doing }) => {
    const ask = async (number: string, ...between: readonly Callable[]) => {
      await doing.plan(createRefund, { error: 'system_error' })
      await doing.call(createRefund, refund(number))
      for (const one of between) await doing.call(one, { out_refund_no: number })
      await doing.call(createRefund, refund(number))
    }
    await doing.control.addOrder({ out_trade_no: 'ORDER-1', total: 10_000, state: 'SUCCESS' })
    await ask('R1', queryRefund)
    expect(await doing.review()).toEqual([])

    await ask('R2')
    expect(await doing.review()).toEqual([expect.stringMatching(/^retry-without-look: .* R2 .* R2 /)])
  })

  test('is queried no more than twice a minute while it is under way', async () => {
    const at = (seconds: number, status: string): RecordedExchange => ({
      kind: 'call',
      place: `at ${seconds}`,
      method: 'GET',
      target: '/v3/refund/domestic/refunds/R1',
      request: { headers: new Map(), body: Buffer.alloc(0), exact: true },
      answer: { status: 200, headers: new Map(), body: Buffer.from(JSON.stringify({ status })), exact: true },
      at: seconds * 1_000,
    })
    const polled = (...seconds: readonly number[]) => found(seconds.map((one) => at(one, 'PROCESSING')))

    expect(await polled(0, 20, 80, 140)).toEqual([])
    expect(await polled(0, 0, 0)).toEqual([])
    expect(await polled(0, 5, 10)).toEqual([expect.stringMatching(/^asked-too-often: .*at 0.*at 10/)])
    expect(await found([0, 5, 10].map((one) => at(one, 'SUCCESS')))).toEqual([])
  })
})

describe('a callback', () => {
  const paid = async (
    doing: { call: (operation: Callable, members: Readonly<Record<string, unknown>>) => Promise<void> },
    url: string,
  ) => doing.call(jsapiPrepay, { ...ORDER, notify_url: url })

  test('is compared with what was asked for, and with what it told before', async ({ doing, receiver }) => {
    await paid(doing, receiver.url)
    const told = (total: number) => ({ out_trade_no: 'ORDER-1', amount: { total } })
    const { id } = await doing.control.sendNotification({
      event_type: 'TRANSACTION.SUCCESS',
      url: receiver.url,
      resource: told(10_000),
    })
    await doing.control.sendNotification({ id })
    expect(await doing.review()).toEqual([])

    await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url, resource: told(1) })
    expect(await doing.review()).toEqual([
      'amount-not-compared: shop.har, entry 4: amount.total 1 ≠ 10000 (shop.har, entry 1)',
    ])
  })

  test('with a wrong signature is refused', async ({ doing, receiver }) => {
    await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url })
    const refusing = await startReceiver(401)
    for (const { url } of [refusing, receiver]) {
      await doing.control.planFault({ event: 'TRANSACTION.SUCCESS', effect: 'bad_signature' })
      await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url })
    }
    await refusing.close()

    expect(await doing.review()).toEqual(['signature-not-checked: shop.har, entry 3'])
  })

  test('is not judged by a key that fits no signature', async ({ doing, receiver }) => {
    for (const effect of ['bad_signature', 'bad_signature'] as const) {
      await doing.control.planFault({ event: 'TRANSACTION.SUCCESS', effect })
      await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url })
    }

    expect(await doing.review()).toEqual([])
  })

  test('is answered within five seconds', async ({ doing, receiver }) => {
    await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url })
    const lasting = (durationMs: number) => doing.review((all) => all.map((one) => ({ ...one, durationMs })))

    expect(await lasting(5_000)).toEqual([])
    expect(await lasting(7_400)).toEqual(['callback-late: shop.har, entry 1: 7.4 s'])
  })
})

describe('an answer with a wrong signature', () => {
  test.for([
    ['is taken as it is', false],
    ['has the order looked up again', true],
  ] as const)('%s', async ([, again], { doing }) => {
    await doing.control.addOrder({ out_trade_no: 'ORDER-1', total: 10_000, state: 'SUCCESS' })
    await doing.plan(queryOrderByOutTradeNo, { effect: 'bad_signature' })
    await doing.call(queryOrderByOutTradeNo, QUERY)
    if (again) await doing.call(queryOrderByOutTradeNo, QUERY)
    await doing.call(createRefund, refund('R1'))

    expect(await doing.review()).toEqual(again ? [] : [expect.stringMatching(/^signature-not-checked: GET .* POST /)])
  })
})

test('says what could not be judged', async ({ doing, receiver, shop }) => {
  await doing.control.sendNotification({ event_type: 'TRANSACTION.SUCCESS', url: receiver.url })
  const har = await shop.control.journalHar()
  const { exchanges } = readRecording(Buffer.from(JSON.stringify(har)), 'shop.har')
  const undated = exchanges.map(({ at: _, ...one }) => one)

  expect((await reviewRecording(exchanges, KEYS)).notJudged).toEqual([])
  expect(await reviewRecording(undated, { apiV3Key: 'x'.repeat(32), keyOf: () => undefined })).toEqual({
    findings: [],
    notJudged: [NOT_JUDGED.signatures, NOT_JUDGED.amounts, NOT_JUDGED.times],
  })
})
