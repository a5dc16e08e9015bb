import { describe, expect } from 'vitest'
import type { WechatPayMock } from '../../../src/mock.ts'
import {
  cancelTransfer,
  getTransferBillByNo,
  getTransferBillByOutNo,
  transferToUser,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/world.ts'
import { refused, wanted } from './transfers.ts'

type Control = WechatPayMock['control']

const T1 = { out_bill_no: 'T1' }
const NOT_CANCELLABLE = refused(400, 'INVALID_REQUEST', '单号错误，请检查')
const pageError = (reason: string | undefined) => ({
  code: 'MOCK_TRANSFER_STATE',
  message: expect.stringContaining(
    reason === 'OVERDUE_CLOSE' ? '订单已超时，请返回商家重新发起收款' : 'package_info信息有误，请返回联系商家处理',
  ),
})

interface Row {
  readonly state: string
  /** Brings the transfer T1, which was created, into the state. */
  readonly reach: (control: Control, merchant: MerchantClient) => Promise<unknown>
  /** Whether creating it again answers with a package_info. */
  readonly opens?: boolean
  /** The state after the user confirmed; left out if the page does not open. */
  readonly confirmed?: string
  /** The state in the answer to a cancel; left out if it is refused. */
  readonly cancelled?: string
  readonly failReason?: string
  /** How the mock behaves. */
  readonly settings?: Parameters<Control['changeSettings']>[0]
}

const cancel = (_: Control, merchant: MerchantClient) => merchant.call(cancelTransfer, T1)

/** Outcome of each call in each state (mch-transfer.md 2). */
const TABLE: readonly Row[] = [
  {
    state: 'WAIT_USER_CONFIRM',
    reach: async () => undefined,
    opens: true,
    confirmed: 'SUCCESS',
    cancelled: 'CANCELING',
  },
  { state: 'ACCEPTED', settings: { transfer_locking: 'slow' }, reach: async () => undefined, cancelled: 'CANCELING' },
  {
    state: 'PROCESSING',
    settings: { transfer_locking: 'slow' },
    reach: (control) => control.advance(1),
    cancelled: 'CANCELING',
  },
  {
    state: 'TRANSFERING',
    settings: { transfer_takes: 60 },
    reach: (control) => control.confirmTransfer('T1'),
    confirmed: 'SUCCESS',
  },
  { state: 'SUCCESS', reach: (control) => control.confirmTransfer('T1') },
  {
    state: 'FAIL',
    reach: (control) => control.confirmTransfer('T1', { outcome: 'ACCOUNT_FROZEN' }),
    failReason: 'ACCOUNT_FROZEN',
  },
  { state: 'FAIL', reach: (control) => control.advance('PT24H'), failReason: 'OVERDUE_CLOSE' },
  { state: 'CANCELING', reach: cancel, cancelled: 'CANCELING' },
  {
    state: 'CANCELLED',
    reach: async (control, merchant) => {
      await cancel(control, merchant)
      await control.advance(3)
    },
    cancelled: 'CANCELLED',
    failReason: 'MCH_CANCEL',
  },
]

describe.for(TABLE.map((row) => ({ ...row, named: [row.state, row.failReason].filter(Boolean).join(', ') })))(
  'a transfer that is $named',
  ({ state, settings, reach, failReason, ...row }) => {
    const reached = test.extend('reached', { auto: true }, async ({ mock, control, merchant }) => {
      mock.clock.freeze()
      await control.changeSettings(settings ?? {})
      const { body } = await merchant.call(transferToUser, wanted())
      await reach(control, merchant)
      const { transfer_bill_no, create_time } = Object(body)
      return { transfer_bill_no, create_time }
    })
    const reason = failReason === undefined ? {} : { fail_reason: failReason }

    reached('is answered to the same request until it is final', async ({ merchant, reached }) => {
      expect(await merchant.call(transferToUser, wanted())).toEqual(
        ['SUCCESS', 'FAIL', 'CANCELLED'].includes(state)
          ? refused(400, 'ALREADY_EXISTS', '订单已存在')
          : { status: 200, body: { ...T1, ...reached, state, ...(row.opens && { package_info: expect.any(String) }) } },
      )
    })

    reached('is shown, with a fail_reason only where there is one', async ({ merchant, reached }) => {
      const { transfer_bill_no } = reached
      for (const answer of [
        await merchant.call(getTransferBillByOutNo, T1),
        await merchant.call(getTransferBillByNo, { transfer_bill_no }),
      ]) {
        expect(answer).toMatchObject({ status: 200, body: { state, ...reason } })
        expect(Object.keys(Object(answer.body)).includes('fail_reason')).toBe(failReason !== undefined)
        expect(answer.body).not.toHaveProperty('package_info')
      }
    })

    reached(
      row.confirmed === undefined ? 'has no page for the user' : 'can be confirmed',
      async ({ control, merchant }) => {
        const { confirmed } = row
        if (confirmed === undefined) {
          const before = await control.world()
          await expect(control.confirmTransfer('T1')).rejects.toMatchObject(pageError(failReason))
          await expect(control.dismissTransfer('T1')).rejects.toMatchObject(pageError(failReason))
          expect(await control.world()).toEqual(before)
        } else {
          expect(await control.dismissTransfer('T1')).toMatchObject({ transfer: { state } })
          // A transfer that is already TRANSFERING completes now.
          await control.changeSettings({ transfer_takes: 0 })
          await control.confirmTransfer('T1')
          expect(await merchant.call(getTransferBillByOutNo, T1)).toMatchObject({ body: { state: confirmed } })
        }
      },
    )

    reached(
      row.cancelled === undefined ? 'cannot be cancelled' : 'can be cancelled',
      async ({ control, merchant, reached }) => {
        const { cancelled } = row
        const before = await control.world()
        const answer = await merchant.call(cancelTransfer, T1)

        if (cancelled === undefined) {
          expect(answer).toEqual(NOT_CANCELLABLE)
        } else {
          const { transfer_bill_no } = reached
          const update_time = expect.stringMatching(/^2026-11-25T12:00:0\d\+08:00$/)
          expect(answer).toEqual({ status: 200, body: { ...T1, transfer_bill_no, state: cancelled, update_time } })
        }
        // Cancelled again, it stays as it is.
        if (cancelled === undefined || cancelled === state) expect(await control.world()).toEqual(before)
      },
    )
  },
)

describe('at the same time', () => {
  const states = (answers: readonly { readonly body: unknown }[]) => answers.map(({ body }) => Object(body).state)

  test('many creates with one number make one transfer', async ({ merchant, control }) => {
    await control.changeTransferAccount({ balance: 1_000 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => merchant.call(transferToUser, wanted())))

    expect(new Set(states(answers))).toEqual(new Set(['WAIT_USER_CONFIRM']))
    expect(new Set(answers.map(({ body }) => Object(body).transfer_bill_no)).size).toBe(1)
    expect(new Set(answers.map(({ body }) => Object(body).package_info)).size).toBe(20)
    expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 1_000 })
  })

  test('of creates with one number and other values one is taken', async ({ merchant, control }) => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => merchant.call(transferToUser, wanted({ transfer_amount: 1_000 + i }))),
    )

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer).toEqual(refused(400, 'INVALID_REQUEST', '单号已存在但信息不一致，请查单后比较确认'))
    }
    expect((await control.world()).transfers).toHaveLength(1)
  })

  test('creates take no more than there is', async ({ merchant, control }) => {
    await control.changeTransferAccount({ balance: 3_500 })
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => merchant.call(transferToUser, wanted({ out_bill_no: `T${i}` }))),
    )

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, ...Array(7).fill(403)])
    expect(await control.transferAccount()).toMatchObject({ balance: 500, locked: 3_000 })
  })

  test('either the user or the merchant is first, and the other is refused', async ({ merchant, control }) => {
    for (let i = 0; i < 10; i += 1) {
      const out_bill_no = `T${i}`
      await merchant.call(transferToUser, wanted({ out_bill_no }))
      const confirm = () =>
        control.confirmTransfer(out_bill_no).then(
          () => 'confirmed',
          () => 'refused',
        )
      const stop = async () => (await merchant.call(cancelTransfer, { out_bill_no })).status
      const [user, merchants] =
        i % 2 === 0 ? await Promise.all([confirm(), stop()]) : (await Promise.all([stop(), confirm()])).toReversed()

      expect([
        ['confirmed', 400],
        ['refused', 200],
      ]).toContainEqual([user, merchants])
      const { state } = await control.transfer(out_bill_no)
      expect(state).toBe(user === 'confirmed' ? 'SUCCESS' : 'CANCELING')
    }
  })
})
