import { describe, expect } from 'vitest'
import type { Operation } from '../../../src/engine/operation.ts'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  downloadTransferReceipt,
  downloadTransferReceiptElsewhere,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  preTransferWithAuthorization,
  queryElecsignByNo,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { asked, authorized, INFO, OPENID, refused, wanted } from './transfers.ts'

const NOT_FOUND = refused(404, 'NOT_FOUND', '记录不存在')
const NO_SUCH_AUTHORIZATION = refused(404, 'NOT_FOUND', '免确认收款授权不存在')
const NO_TRANSFER = refused(400, 'INVALID_REQUEST', '转账单据不存在')
const NO_AUTHORIZATION = refused(400, 'INVALID_REQUEST', '授权不存在或已关闭')
const DEAD = refused(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新查询电子回单')

const withoutOpenid = authorized({ out_bill_no: 'T9', out_authorization_no: undefined })

/** A merchant with the transfer T1 that succeeded, its receipt, T2 that waits, and the authorization A1; and another merchant. */
const withBoth = test
  .extend('owned', { auto: true }, async ({ merchant, control, mock }) => {
    mock.clock.freeze()
    const { transfer_bill_no } = await control.addTransfer({ out_bill_no: 'T1', user_name: '张三', state: 'SUCCESS' })
    await control.addTransfer({ out_bill_no: 'T2' })
    const { authorization_id } = await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
    await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })
    await control.advance(5)
    const { body } = await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })
    const token = new URL(Object(body).download_url).searchParams.get('token') ?? ''
    return { transfer_bill_no, authorization_id, token }
  })
  .extend('stranger', ({ clientOf, others }) => clientOf(others.owner))

type Owned = { readonly transfer_bill_no: string; readonly authorization_id: string; readonly token: string }

const REFUSED: readonly { operation: Operation; input: (owned: Owned) => object; answer: object }[] = [
  { operation: getTransferBillByOutNo, input: () => ({ out_bill_no: 'T1' }), answer: NOT_FOUND },
  { operation: getTransferBillByNo, input: ({ transfer_bill_no }) => ({ transfer_bill_no }), answer: NOT_FOUND },
  { operation: cancelTransfer, input: () => ({ out_bill_no: 'T2' }), answer: NOT_FOUND },
  { operation: acceptElecsignByOutNo, input: () => ({ out_bill_no: 'T1' }), answer: NO_TRANSFER },
  { operation: acceptElecsignByNo, input: ({ transfer_bill_no }) => ({ transfer_bill_no }), answer: NO_TRANSFER },
  { operation: queryElecsignByOutNo, input: () => ({ out_bill_no: 'T1' }), answer: NOT_FOUND },
  { operation: queryElecsignByNo, input: ({ transfer_bill_no }) => ({ transfer_bill_no }), answer: NOT_FOUND },
  { operation: downloadTransferReceipt, input: ({ token }) => ({ source: 'elecsign', token }), answer: DEAD },
  { operation: downloadTransferReceiptElsewhere, input: ({ token }) => ({ token }), answer: DEAD },
  {
    operation: getUserConfirmAuthorization,
    input: () => ({ out_authorization_no: 'A1' }),
    answer: NO_SUCH_AUTHORIZATION,
  },
  {
    operation: closeUserConfirmAuthorization,
    input: () => ({ out_authorization_no: 'A1' }),
    answer: NO_SUCH_AUTHORIZATION,
  },
  {
    operation: transferWithAuthorization,
    input: () => ({ ...withoutOpenid, out_authorization_no: 'A1' }),
    answer: NO_AUTHORIZATION,
  },
  {
    operation: transferWithAuthorization,
    input: ({ authorization_id }) => ({ ...withoutOpenid, authorization_id }),
    answer: NO_AUTHORIZATION,
  },
]

describe('what another merchant has', () => {
  withBoth.for(REFUSED)(
    'is not reached with $operation.id',
    async ({ operation, input, answer }, { owned, stranger, control }) => {
      const before = await control.world()

      expect(await stranger.call(operation, { ...input(owned) })).toEqual(answer)
      expect(await control.world()).toEqual(before)
    },
  )

  withBoth.for(REFUSED)(
    'is reached by its own merchant with $operation.id',
    async ({ operation, input }, { owned, merchant }) => {
      expect(await merchant.call(operation, { ...input(owned) })).toMatchObject({ status: 200 })
    },
  )

  withBoth('does not take its numbers from anybody', async ({ stranger, merchant, control }) => {
    expect(await stranger.call(transferToUser, wanted({ transfer_amount: 30 }))).toMatchObject({ status: 200 })
    expect(await stranger.call(applyUserConfirmAuthorization, asked())).toMatchObject({ status: 200 })
    expect(await stranger.call(cancelTransfer, { out_bill_no: 'T1' })).toMatchObject({ status: 200 })

    expect(await merchant.call(getTransferBillByOutNo, { out_bill_no: 'T1' })).toMatchObject({
      body: { state: 'SUCCESS', transfer_amount: 1_000 },
    })
    expect(await control.transferAuthorization('A1')).toMatchObject({ state: 'TAKING_EFFECT' })
  })

  withBoth('is not what a transfer asks for an authorization by', async ({ stranger }) => {
    expect(
      await stranger.call(preTransferWithAuthorization, { ...withoutOpenid, authorization_info: INFO }),
    ).toMatchObject({
      status: 400,
      body: { message: '输入源“/body/openid”映射到字段“收款用户OpenID”必填性规则校验失败，此字段为必填项' },
    })
  })

  withBoth('does not count for the limit of a day, nor for that of a user', async ({ stranger, merchant, control }) => {
    await control.changeSettings({ transfer_limits: 'live' })
    await control.addTransfers(
      Array.from({ length: 250 }, (_, i) => ({
        out_bill_no: `D${i}`,
        transfer_amount: 20_000,
        state: 'SUCCESS' as const,
        openid: OPENID,
      })),
    )

    expect(await merchant.call(transferToUser, wanted({ out_bill_no: 'T5' }))).toMatchObject({ status: 400 })
    expect(await stranger.call(transferToUser, wanted({ out_bill_no: 'T5' }))).toMatchObject({ status: 200 })
    expect(await control.confirmTransfer('T5')).toMatchObject({ transfer: { state: 'SUCCESS' } })
  })
})
