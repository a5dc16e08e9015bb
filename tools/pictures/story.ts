import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import type { RunningServer } from '../../src/doors/transports/node-server.ts'
import { createMerchantClient, type MerchantClient } from '../../src/testing/merchant-client.ts'
import { encryptField } from '../../src/wire/protocol/sensitive-field.ts'
import { type Receiver, startReceiver } from '../../test/helpers/receiver.ts'
import { sendOverNode } from '../../test/helpers/send-over-node.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const APPID = 'wx1234567889999'
const LINK = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const LONG_ADDRESS = 'https://notify.shop.example/'.padEnd(240, 'a-very-long-path/')

/** A shop's client of a server, with the clock by which it signs. */
async function clientOf(server: RunningServer, now?: () => number): Promise<MerchantClient & { close(): void }> {
  const { send, close } = sendOverNode(server.url)
  const credentials = await server.control.credentials()
  return { ...createMerchantClient({ credentials, send, ...(now && { now }) }), close }
}

/** A shop's morning: three calls that succeed, one that the rules refuse, and one that was serialised again after signing. */
export async function tellMorning(server: RunningServer, now?: () => number): Promise<void> {
  const { request, close } = await clientOf(server, now)
  await request({ target: '/v3/certificates' })
  await request({ target: ASSOCIATE, body: LINK })
  await request({ target: ASSOCIATE, body: { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' } })
  await request({
    target: `/v3/marketing/busifavor/users/${OPENID}/coupons?appid=${APPID}&coupon_state=SENDED&creator_merchant=1900000001`,
  })
  const late = JSON.stringify({ ...LINK, out_request_no: 'R-3' })
  // Python's default: a space after every colon and comma.
  const sent = late.replaceAll(/(?<=")[:,](?=")/g, '$& ')
  await request({ target: ASSOCIATE, body: sent, signInstead: { body: Buffer.from(late) } })
  close()
}

/** A shop whose two users hold their phones: an order to pay, and a transfer to confirm. */
export async function tellOfPhones(server: RunningServer, receiver: Receiver, now: () => number): Promise<void> {
  const client = await clientOf(server, now)
  await order(client, 'SHOP_20261127', receiver, 2_900)
  client.close()
  await server.control.addTransfer({
    out_bill_no: 'FY20261127002',
    transfer_scene_id: '1005',
    transfer_amount: 500,
    transfer_remark: '订单返佣',
    openid: OPENID,
    notify_url: receiver.url,
  })
}

/** Locations of the things of {@link tellEverything} in the page's addresses. */
export interface Told {
  readonly callbacks: Readonly<Record<'delivered' | 'waiting' | 'gaveUp', string>>
  readonly exchanges: Readonly<
    Record<'fine' | 'refused' | 'proved' | 'unknown' | 'lost' | 'callback' | 'large' | 'shaped' | 'nowhere', string>
  >
  close(): Promise<void>
}

/**
 * Everything that the page can show: calls that succeed, are refused, wrongly signed and hit by faults, orders paid and refunded, and callbacks in
 * every state. It begins two days before the machine's time, by which a callback has been given up.
 */
export async function tellEverything(server: RunningServer): Promise<Told> {
  const { control } = server
  const receivers = [await startReceiver(204), await startReceiver(500)] as const
  const [taker, refuser] = receivers
  const start = Date.now() - 2 * 86_400_000
  await control.setClock({ now: new Date(start).toISOString() })
  const { id: gaveUp } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: refuser.url })
  await control.advance('P1DT12H')
  await tellMorning(server, () => start + 1.5 * 86_400_000)
  await control.setClock({ now: 'machine' })

  const client = await clientOf(server)
  const { request } = client
  // Enough for a history that is shown in parts.
  for (let i = 0; i < 60; i++) {
    await request({ target: ASSOCIATE, body: { ...LINK, coupon_code: 'COUPON_LINKED', out_request_no: `MANY_${i}` } })
  }
  await tellMorning(server)
  for (let i = 0; i < 6; i++) await order(client, `SHOP_${i}_20261127`, i === 2 ? refuser : taker, 100 + i ** 6)
  await control.payOrder('SHOP_1_20261127')
  await control.payOrder('SHOP_2_20261127')
  await control.payOrder('SHOP_3_20261127')
  await control.refundOrder('SHOP_3_20261127')
  await request({
    target: ASSOCIATE,
    body: { ...LINK, out_request_no: 'R-4' },
    signInstead: { method: 'PUT', target: '/v3/elsewhere?of=another', body: Buffer.from('{"not":"this"}') },
  })
  await request({ target: '/v3/marketing/busifavor/coupons/asociate', body: LINK })
  await request({ target: ASSOCIATE, body: { ...LINK, out_request_no: 'R-5', padding: 'x'.repeat(40_000) } })
  await control.planFault({ operation: 'associateTradeInfo', effect: 'answer_lost' })
  await control.planFault({ operation: 'associateTradeInfo', error: 'system_error' })
  for (let i = 0; i < 2; i++) {
    // The first one gets no answer.
    await request({ target: ASSOCIATE, body: { ...LINK, out_request_no: 'R-6' } }).catch(() => undefined)
  }
  await control.addStock({
    stock_id: '777001',
    stock_name: '满一百减二十，全场通用，节假日不可用，不与其他优惠同享（长名称示例）',
    coupon_code_mode: 'MERCHANT_UPLOAD',
    stock_send_rule: { max_coupons: 2_000_000, max_coupons_by_day: 50, max_coupons_per_user: 2 },
    sent: { total: 1_234_567, today: 50 },
  })
  await tellOfPayScore(client)
  await tellOfCoupons(server, client)
  await tellOfTransfers(server, client, receivers)
  await control.createMerchant({ mchid: '1900000109', name: '一家名字相当长的示例商户，用于查看换行' })
  await request({ target: '/v3/marketing/busifavor/callbacks', body: { notify_url: LONG_ADDRESS } })
  const { id: waiting } = await control.sendNotification({
    event_type: 'TRANSACTION.SUCCESS',
    url: refuser.url,
    resource: { out_trade_no: 'MCH_102233445' },
  })
  const { id: delivered } = await control.sendNotification({
    event_type: 'TRANSACTION.SUCCESS',
    url: taker.url,
    resource: { out_trade_no: 'MCH_102233445' },
  })
  client.close()

  const journal = await control.journal()
  const newest = (is: (one: (typeof journal)[number]) => boolean, what: string) => {
    const found = journal.findLast(is)
    if (!found) throw new Error(`The story has no exchange ${what}`)
    return found.id
  }
  const isLarge = ({ request: { body } }: (typeof journal)[number]) => typeof body === 'string' && body.length > 1_000
  const verdictOf = ({ remarks }: (typeof journal)[number]) => remarks.find(({ verdict }) => verdict)?.verdict
  return {
    callbacks: { delivered, waiting, gaveUp },
    exchanges: {
      fine: newest(
        (one) => one.operation === 'associateTradeInfo' && one.response?.status === 200 && one.remarks.length === 0,
        'that went well',
      ),
      refused: newest((one) => one.response?.status === 400 && !isLarge(one), 'that was refused'),
      proved: newest((one) => verdictOf(one) === 'proved', 'with a proof'),
      unknown: newest((one) => verdictOf(one) === 'message_unknown', 'without a proof'),
      lost: newest((one) => one.remarks.some(({ effects }) => effects?.includes('answer_lost')), 'without an answer'),
      callback: newest((one) => one.callback !== undefined, 'of a callback'),
      large: newest((one) => isLarge(one), 'with a large body'),
      shaped: newest((one) => one.served === 'shaped' && one.response?.status === 200, 'that was only shaped'),
      nowhere: newest((one) => one.operation === undefined && !one.callback, 'with an unknown path'),
    },
    close: async () => {
      for (const receiver of receivers) await receiver.close()
    },
  }
}

/** Calls without rules behind them. */
async function tellOfPayScore({ request }: MerchantClient): Promise<void> {
  const named = { appid: APPID, service_id: '2002000000000558', out_order_no: 'HOTEL_20261127' }
  await request({
    target: '/v3/payscore/serviceorder',
    body: {
      ...named,
      service_introduction: '酒店',
      time_range: { start_time: 'OnAccept' },
      risk_fund: { name: 'DEPOSIT', amount: 10_000 },
      notify_url: LONG_ADDRESS,
    },
  })
  await request({ target: `/v3/payscore/serviceorder?${new URLSearchParams(named)}` })
}

/** Coupons: uploaded codes, subsidies and their returns; and users with special behaviour. */
async function tellOfCoupons({ control }: RunningServer, { request }: MerchantClient): Promise<void> {
  const codes = ['A', 'B', 'C'].map((end) => `UPLOADED_CODE_${end}`)
  await request({
    target: '/v3/marketing/busifavor/stocks/777001/couponcodes',
    body: { coupon_code_list: codes, upload_request_no: 'U-1' },
  })
  await control.addStock({ stock_id: '777002', stock_name: '满减券（支持补差）', subsidy: true })
  await control.addCoupon({ stock_id: '777002', coupon_code: 'SUBSIDISED', state: 'USED', openid: OPENID })
  const { transaction_id } = await control.order('MCH_102233445')
  const { refund_id } = await control.refundOrder('MCH_102233445', { amount: 4_000 })
  const subsidy = {
    stock_id: '777002',
    coupon_code: 'SUBSIDISED',
    transaction_id,
    payer_merchant: '1900000001',
    payee_merchant: '1900000001',
    amount: 1_000,
    description: '双十一满减补差',
  }
  const receipts = '/v3/marketing/busifavor/subsidy'
  await request({ target: `${receipts}/pay-receipts`, body: { ...subsidy, out_subsidy_no: 'SUBSIDY_1' } })
  await request({
    target: `${receipts}/return-receipts`,
    body: {
      ...subsidy,
      amount: 400,
      refund_id,
      out_subsidy_return_no: 'SUBSIDY_RETURN_1',
    },
  })
  await control.addUser({ openid: OPENID, person: '张三', real_name: '张三', suspicious: true })
}

async function order({ request }: MerchantClient, number: string, receiver: Receiver, total: number): Promise<void> {
  await request({
    target: '/v3/pay/transactions/jsapi',
    body: {
      appid: APPID,
      mchid: '1900000001',
      description: '一杯咖啡',
      out_trade_no: number,
      notify_url: receiver.url,
      amount: { total, currency: 'CNY' },
      payer: { openid: OPENID },
    },
  })
}

const TRANSFERS = '/v3/fund-app/mch-transfer/transfer-bills'

/** Transfers with every outcome, one with its receipt and one that waits; authorizations, and an account that runs short. */
async function tellOfTransfers(
  { control }: RunningServer,
  { request }: MerchantClient,
  [taker, refuser]: readonly [Receiver, Receiver],
): Promise<void> {
  const { publicKey } = wellKnownIdentity().platform.publicKey
  await control.addTransferAccount({ funded: 50_000, scenes: ['1000', '1005'] })
  const wanted = (out_bill_no: string, changes: object = {}) => ({
    appid: 'wx0000000000000001',
    out_bill_no,
    transfer_scene_id: '1005',
    transfer_amount: 3_280,
    transfer_remark: '订单返佣',
    transfer_scene_report_infos: [
      { info_type: '岗位类型', info_content: '推广员' },
      { info_type: '报酬说明', info_content: '十一月推广佣金' },
    ],
    ...changes,
  })
  const send = (target: string, body: object) => request({ target, body, wechatpaySerial: 'public-key' })
  const user_name = encryptField('张三', publicKey)
  const to = { openid: OPENID, notify_url: taker.url }
  for (const [number, changes] of [
    ['PAYOUT20261127A', { ...to, user_name }],
    ['PAYOUT20261127B', { ...to, notify_url: refuser.url }],
    ['PAYOUT20261127C', to],
    ['PAYOUT20261127D', { ...to, user_name }],
    ['PAYOUT20261127E', { ...to, user_name, transfer_amount: 200_000 }],
  ] as const) {
    await send(TRANSFERS, wanted(number, changes))
  }
  await control.confirmTransfer('PAYOUT20261127A')
  await request({ target: '/v3/fund-app/mch-transfer/elecsign/out-bill-no', body: { out_bill_no: 'PAYOUT20261127A' } })
  await control.failTransfer('PAYOUT20261127B', { fail_reason: 'PAYEE_ACCOUNT_ABNORMAL' })
  await request({ method: 'POST', target: `${TRANSFERS}/out-bill-no/PAYOUT20261127C/cancel` })
  await control.deliverNotifications()
  const asked = {
    appid: 'wx0000000000000001',
    openid: OPENID,
    user_display_name: '推广员张三',
    authorization_notify_url: taker.url,
  }
  for (const [out_authorization_no, transfer_scene_id] of [
    ['LEAVE1', '1005'],
    ['LEAVE2', '1000'],
  ] as const) {
    await send('/v3/fund-app/mch-transfer/user-confirm-authorization', {
      ...asked,
      out_authorization_no,
      transfer_scene_id,
    })
  }
  await control.confirmTransferAuthorization('LEAVE1')
  const without = { notify_url: taker.url, out_authorization_no: 'LEAVE1' }
  await send(`${TRANSFERS}/transfer`, wanted('PAYOUT20261127F', without))
  await control.deliverNotifications()
}
