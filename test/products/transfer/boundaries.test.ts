import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../../src/mock.ts'
import {
  cancelTransfer,
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { encrypted, KEY, OPENID, refused, wanted } from './transfers.ts'

type Control = WechatPayMock['control']

const T1 = { out_bill_no: 'T1' }
const NOT_FOUND = refused(404, 'NOT_FOUND', '记录不存在')
const DAY_LIMIT = refused(400, 'INVALID_REQUEST', '超出商户单日转账额度，请核实产品设置是否准确')
const OUT_OF_RANGE = refused(400, 'INVALID_REQUEST', '超过单笔转账上下限，核实产品设置是否准确')

/** Time stands still, and moves by milliseconds where a test needs it. */
const frozen = test.extend('frozen', { auto: true }, ({ mock }) => mock.clock.freeze())
const to = (control: Control, now: string) => control.setClock({ now })

describe('24 hours', () => {
  frozen('less a millisecond the transfer waits, and can be confirmed', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await to(control, '2026-11-26T11:59:59.999+08:00')

    expect(await merchant.call(getTransferBillByOutNo, T1)).toMatchObject({ body: { state: 'WAIT_USER_CONFIRM' } })
    expect(await control.confirmTransfer('T1')).toMatchObject({ transfer: { state: 'SUCCESS' } })
  })

  frozen('it can be cancelled until then', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await to(control, '2026-11-26T11:59:59.999+08:00')
    expect(await merchant.call(cancelTransfer, T1)).toMatchObject({ body: { state: 'CANCELING' } })
    await to(control, '2026-11-26T12:00:00+08:00')

    // The cancel was first: it ends as one that was cancelled, not as one that ran out.
    expect(await merchant.call(getTransferBillByOutNo, T1)).toMatchObject({ body: { state: 'CANCELING' } })
  })

  frozen('after it was created it has failed', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await to(control, '2026-11-26T12:00:00+08:00')

    expect(await merchant.call(getTransferBillByOutNo, T1)).toMatchObject({
      body: { state: 'FAIL', fail_reason: 'OVERDUE_CLOSE', update_time: '2026-11-26T12:00:00+08:00' },
    })
    expect(await merchant.call(cancelTransfer, T1)).toEqual(refused(400, 'INVALID_REQUEST', '单号错误，请检查'))
    await expect(control.confirmTransfer('T1')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
  })

  frozen('count from create_time, however often the number is repeated', async ({ merchant, control }) => {
    await merchant.call(transferToUser, wanted())
    await control.advance('PT23H')
    expect(await merchant.call(transferToUser, wanted())).toMatchObject({
      body: { state: 'WAIT_USER_CONFIRM', create_time: '2026-11-25T12:00:00+08:00' },
    })
    await control.advance('PT1H')

    expect(await merchant.call(transferToUser, wanted())).toEqual(refused(400, 'ALREADY_EXISTS', '订单已存在'))
    expect(await merchant.call(getTransferBillByOutNo, T1)).toMatchObject({ body: { state: 'FAIL' } })
  })
})

describe('30 days', () => {
  frozen.for([getTransferBillByOutNo, getTransferBillByNo])(
    'a transfer is shown by $id',
    async (operation, { merchant, control }) => {
      const { body } = await merchant.call(transferToUser, wanted())
      const { transfer_bill_no } = Object(body)
      await control.confirmTransfer('T1')
      const look = () => merchant.call(operation, operation === getTransferBillByNo ? { transfer_bill_no } : T1)

      await to(control, '2026-12-25T11:59:59.999+08:00')
      expect(await look()).toMatchObject({ status: 200 })
      await to(control, '2026-12-25T12:00:00+08:00')
      expect(await look()).toEqual(NOT_FOUND)
      expect(await merchant.call(cancelTransfer, T1)).toEqual(NOT_FOUND)
      // By the instant: the clock of the mock may go back.
      await to(control, '2026-12-25T11:59:59+08:00')
      expect(await look()).toMatchObject({ status: 200 })
    },
  )
})

describe('a day in China', () => {
  /** 49,990 yuan of today. */
  const almostAll = Array.from({ length: 250 }, (_, i) => ({
    out_bill_no: `S${i}`,
    transfer_amount: i === 0 ? 19_000 : 20_000,
    state: 'SUCCESS' as const,
  }))
  const live = frozen.extend('live', { auto: true }, async ({ control }) => {
    await control.changeSettings({ transfer_limits: 'live' })
  })

  live('has 50,000 yuan of a merchant, and no fen more', async ({ merchant, control }) => {
    await control.addTransfers(almostAll)

    expect(await merchant.call(transferToUser, wanted({ transfer_amount: 1_001 }))).toEqual(DAY_LIMIT)
    expect(await merchant.call(transferToUser, wanted({ transfer_amount: 1_000 }))).toMatchObject({ status: 200 })
    expect(await merchant.call(transferToUser, wanted({ out_bill_no: 'T2', transfer_amount: 10 }))).toEqual(DAY_LIMIT)
  })

  live('begins at midnight, for the merchant', async ({ merchant, control }) => {
    await control.addTransfers(almostAll)
    const send = (out_bill_no: string) => merchant.call(transferToUser, wanted({ out_bill_no, transfer_amount: 1_001 }))

    await to(control, '2026-11-25T23:59:59.999+08:00')
    expect(await send('T1')).toEqual(DAY_LIMIT)
    await to(control, '2026-11-26T00:00:00+08:00')
    expect(await send('T1')).toMatchObject({ status: 200 })
    // The clock goes back into the day that is full, and further to the one before.
    await to(control, '2026-11-25T00:00:00+08:00')
    expect(await send('T2')).toEqual(DAY_LIMIT)
    await to(control, '2026-11-24T23:59:59.999+08:00')
    expect(await send('T2')).toMatchObject({ status: 200 })
  })

  live(
    'what was cancelled or has failed does not count from then on, what waits does',
    async ({ merchant, control }) => {
      await control.addTransfers(almostAll.slice(0, 249))
      const send = (out_bill_no: string) =>
        merchant.call(transferToUser, wanted({ out_bill_no, transfer_amount: 20_000 }))
      // 210 yuan are left: of two that wait, the second is too many.
      expect(await send('T1')).toMatchObject({ status: 200 })
      expect(await send('T2')).toEqual(DAY_LIMIT)
      expect(await merchant.call(cancelTransfer, T1)).toMatchObject({ body: { state: 'CANCELING' } })
      expect(await send('T2')).toMatchObject({ status: 200 })
      await control.failTransfer('T2')
      expect(await send('T3')).toMatchObject({ status: 200 })
    },
  )

  /** 1,990 yuan that the user was paid today. */
  const received = Array.from({ length: 10 }, (_, i) => ({
    out_bill_no: `U${i}`,
    openid: OPENID,
    transfer_amount: i === 0 ? 19_000 : 20_000,
    state: 'SUCCESS' as const,
  }))

  live.for([
    [1_000, 'SUCCESS', undefined],
    [1_001, 'FAIL', 'DAY_RECEIVED_QUOTA_EXCEED'],
  ] as const)(
    'has 2,000 yuan for a user: %s fen more is %s',
    async ([transfer_amount, state, fail_reason], { merchant, control }) => {
      await control.addTransfers(received)
      await merchant.call(transferToUser, wanted({ transfer_amount }))
      const { transfer } = await control.confirmTransfer('T1')
      expect([transfer.state, transfer.fail_reason]).toEqual([state, fail_reason])
    },
  )

  live('begins at midnight, for the user, by when he confirms', async ({ merchant, control }) => {
    await control.addTransfers(received)
    const wait = (out_bill_no: string) =>
      merchant.call(transferToUser, wanted({ out_bill_no, transfer_amount: 20_000 }))
    for (const number of ['T1', 'T2', 'T3']) await wait(number)

    await to(control, '2026-11-25T23:59:59.999+08:00')
    expect(await control.confirmTransfer('T1')).toMatchObject({ transfer: { state: 'FAIL' } })
    await to(control, '2026-11-26T00:00:00+08:00')
    expect(await control.confirmTransfer('T2')).toMatchObject({ transfer: { state: 'SUCCESS' } })
    await to(control, '2026-11-25T23:59:59.999+08:00')
    expect(await control.confirmTransfer('T3')).toMatchObject({
      transfer: { state: 'FAIL', fail_reason: 'DAY_RECEIVED_QUOTA_EXCEED' },
    })
  })

  live('counts what is on its way to the user, and not what did not arrive', async ({ merchant, control }) => {
    await control.addTransfers(received)
    await control.changeSettings({ transfer_takes: 60 })
    for (const number of ['T1', 'T2', 'T3']) {
      await merchant.call(transferToUser, wanted({ out_bill_no: number, transfer_amount: 1_000 }))
    }
    expect(await control.confirmTransfer('T1')).toMatchObject({ transfer: { state: 'TRANSFERING' } })
    await control.confirmTransfer('T2')
    await control.advance(60)
    expect(await control.transfer('T2')).toMatchObject({ state: 'FAIL', fail_reason: 'DAY_RECEIVED_QUOTA_EXCEED' })
    await control.addTransfer({ out_bill_no: 'U0', openid: OPENID, transfer_amount: 19_000, state: 'FAIL' })
    await control.confirmTransfer('T3')
    await control.advance(60)
    expect(await control.transfer('T3')).toMatchObject({ state: 'SUCCESS' })
  })

  live('counts for a user who need not confirm', async ({ merchant, control }) => {
    await control.addTransfers(received)
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
    const { openid: _, ...request } = wanted({ out_authorization_no: 'A1', transfer_amount: 1_001 })

    expect(await merchant.call(transferWithAuthorization, request)).toEqual(
      refused(403, 'USER_ERROR', '当前用户状态异常'),
    )
    expect(
      await merchant.call(transferWithAuthorization, { ...request, out_bill_no: 'T2', transfer_amount: 1_000 }),
    ).toMatchObject({ body: { state: 'SUCCESS' } })
  })
})

describe('a month in China', () => {
  const MONTH_LIMIT = refused(400, 'INVALID_REQUEST', '超出商户单月转账额度，请核实产品设置是否准确')

  frozen.for([
    ['live', 3_000_000_000],
    ['sole_trader', 10_000_000],
  ] as const)(
    'has with limits %s %s fen of a merchant, and no fen more',
    async ([limits, most], { merchant, control }) => {
      await control.changeSettings({ transfer_limits: limits })
      await control.addTransfer({
        transfer_amount: most - 1_000,
        create_time: '2026-11-01T00:00:00+08:00',
        state: 'SUCCESS',
      })
      const send = (out_bill_no: string, transfer_amount: number) =>
        merchant.call(transferToUser, wanted({ out_bill_no, transfer_amount }))

      expect(await send('T1', 1_001)).toEqual(MONTH_LIMIT)
      expect(await send('T1', 1_000)).toMatchObject({ status: 200 })
      expect(await send('T2', 10)).toEqual(MONTH_LIMIT)
      await to(control, '2026-12-01T00:00:00+08:00')
      expect(await send('T2', 10)).toMatchObject({ status: 200 })
    },
  )
})

describe('the limits of a sole trader', () => {
  const trader = frozen.extend('trader', { auto: true }, async ({ control }) => {
    await control.changeSettings({ transfer_limits: 'sole_trader' })
  })

  trader('are 200 yuan at once, and 5,000 in a day', async ({ merchant, control }) => {
    const send = (changes: object) => merchant.call(transferToUser, wanted(changes))
    expect(await send({ transfer_amount: 20_001 })).toEqual(OUT_OF_RANGE)
    await control.addTransfer({ transfer_amount: 490_000, state: 'SUCCESS' })
    expect(await send({ transfer_amount: 10_001 })).toEqual(DAY_LIMIT)
    expect(await send({ transfer_amount: 10_000 })).toMatchObject({ status: 200 })
  })

  trader('are 200 yuan in a day for one user', async ({ merchant, control }) => {
    await control.addTransfer({ openid: OPENID, transfer_amount: 19_000, state: 'SUCCESS' })
    await merchant.call(transferToUser, wanted({ transfer_amount: 1_001 }))
    expect(await control.confirmTransfer('T1')).toMatchObject({
      transfer: { state: 'FAIL', fail_reason: 'DAY_RECEIVED_QUOTA_EXCEED' },
    })
  })
})

describe('the amount', () => {
  test.for([
    { limits: 'live', fen: 9, taken: false },
    { limits: 'live', fen: 10, taken: true },
    { limits: 'live', fen: 20_000, taken: true },
    { limits: 'live', fen: 20_001, taken: false },
    { limits: 'wide', fen: 9, taken: false },
    { limits: 'wide', fen: 10, taken: true },
    { limits: 'wide', fen: 20_001, taken: true },
    { limits: 'wide', fen: 20_000_000, taken: true },
    { limits: 'wide', fen: 20_000_001, taken: false },
    { limits: 'wide', fen: Number.MAX_SAFE_INTEGER, taken: false },
  ] as const)('with limits $limits may be $fen fen: $taken', async ({ limits, fen, taken }, { merchant, control }) => {
    await control.changeSettings({ transfer_limits: limits })
    const user_name = fen < 200_000 ? undefined : encrypted('张三')

    expect(await merchant.call(transferToUser, wanted({ transfer_amount: fen, user_name }), KEY)).toMatchObject(
      taken ? { status: 200 } : OUT_OF_RANGE,
    )
  })

  test('may be all that there is, and no fen more', async ({ merchant, control }) => {
    await control.changeTransferAccount({ balance: 999 })
    const short = refused(403, 'NOT_ENOUGH', '商户运营账户资金不足，充值后可以原单号发起重试，请勿更换商户单号')
    expect(await merchant.call(transferToUser, wanted())).toEqual(short)
    await control.changeTransferAccount({ top_up: 1 })
    expect(await merchant.call(transferToUser, wanted())).toMatchObject({ status: 200 })
    expect(await merchant.call(transferToUser, wanted({ out_bill_no: 'T2', transfer_amount: 10 }))).toEqual(short)
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 1_000, paid: 0 })
  })
})
