import { cancelTransfer, transferToUser } from 'wechatpay-mock'
import { expect, test, type WechatPay } from 'wechatpay-mock/vitest'

/** The envelopes that the shop was sent, which it has not opened. */
const callbacks: unknown[] = []

test.override('wechatpayOptions', {
  async receive(callback) {
    callbacks.push(await callback.json())
    return new Response(null, { status: 204 })
  },
})

/** The shop's own code: repeats what it does not know the outcome of, with the same number and the same values. */
async function payOut({ client }: WechatPay, out_bill_no: string): Promise<number> {
  const body = {
    appid: 'wx0000000000000001',
    out_bill_no,
    transfer_scene_id: '1005',
    openid: 'oPromoter00000000000000000001',
    transfer_amount: 500,
    transfer_remark: '推广返佣',
    notify_url: 'https://shop.example.com/transfers',
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '推广订单返佣' },
    ],
  }
  const ask = () => client.request({ target: transferToUser.path, body })
  const { status } = await ask().catch(ask)
  return status
}

test('short of money, then the same number again', async ({ wechatpay }) => {
  const { control } = wechatpay
  await control.changeTransferAccount({ balance: 300 })
  expect(await payOut(wechatpay, 'FY1')).toBe(403)

  await control.changeTransferAccount({ top_up: 200 })
  expect(await payOut(wechatpay, 'FY1')).toBe(200)
  expect(await control.transferAccount()).toMatchObject({ balance: 0, locked: 500 })
})

test('a lost answer does not pay twice', async ({ wechatpay }) => {
  const { control, mock } = wechatpay
  await mock.faults.plan({ operation: 'transferToUser', effect: 'answer_lost' })

  expect(await payOut(wechatpay, 'FY1')).toBe(200)
  expect((await control.transfers()).items).toHaveLength(1)
  expect(await control.transferAccount()).toMatchObject({ locked: 500 })
})

test('nobody confirms: a day later the money is back', async ({ wechatpay }) => {
  await payOut(wechatpay, 'FY1')
  await wechatpay.control.advance('P1D')

  expect(await wechatpay.control.transfer('FY1')).toMatchObject({ state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
})

test.for(['NAME_NOT_CORRECT', 'REAL_NAME_CHECK_FAIL', 'ACCOUNT_FROZEN', 'TRANSFER_RISK'] as const)(
  'the user confirms, and it fails all the same: %s',
  async (outcome, { wechatpay }) => {
    await payOut(wechatpay, 'FY1')

    const { err_msg, transfer } = await wechatpay.control.confirmTransfer('FY1', { outcome })
    expect(err_msg).toBe('requestMerchantTransfer:ok')
    expect(transfer).toMatchObject({ state: 'FAIL', fail_reason: outcome })
  },
)

test('the shop cancels while the user confirms: whoever is first', async ({ wechatpay }) => {
  const { client, control } = wechatpay
  const cancel = (out_bill_no: string) =>
    client.request({ method: 'POST', target: cancelTransfer.path.replace('{out_bill_no}', out_bill_no) })
  await payOut(wechatpay, 'FY1')
  await payOut(wechatpay, 'FY2')

  await control.confirmTransfer('FY1')
  expect(await cancel('FY1')).toMatchObject({ status: 400, body: { message: '单号错误，请检查' } })
  expect(await cancel('FY2')).toMatchObject({ status: 200, body: { state: 'CANCELING' } })
  await expect(control.confirmTransfer('FY2')).rejects.toMatchObject({ code: 'MOCK_TRANSFER_STATE' })
})

test('the callback comes ten minutes late', async ({ wechatpay }) => {
  const { control, mock } = wechatpay
  callbacks.length = 0
  await mock.faults.plan({ event: 'MCHTRANSFER.BILL.FINISHED', effect: 'late', lateMs: 600_000 })
  await payOut(wechatpay, 'FY1')
  await control.confirmTransfer('FY1')
  await control.deliverNotifications()
  expect(callbacks).toEqual([])

  await control.advance('PT10M')
  expect(callbacks).toMatchObject([{ event_type: 'MCHTRANSFER.BILL.FINISHED' }])
})

test('the callback comes twice', async ({ wechatpay }) => {
  const { control, mock } = wechatpay
  callbacks.length = 0
  await mock.faults.plan({ event: 'MCHTRANSFER.BILL.FINISHED', effect: 'duplicate' })
  await payOut(wechatpay, 'FY1')
  await control.confirmTransfer('FY1')
  await control.deliverNotifications()

  const [first, again] = callbacks
  expect(again).toMatchObject({ id: Object(first).id })
})
