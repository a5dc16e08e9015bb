import { createMock, type WorldJson } from 'wechatpay-mock'
import { formatAuthorization, timestampOf } from 'wechatpay-mock/protocol'
import { wellKnownSigner } from '../well-known-signer.ts'
import { benchWorld } from './associate-requests.ts'
import { callbacksWorld, NOON } from './clock-move.ts'
import { ROUNDS } from './measure.ts'
import { progress } from './progress.ts'
import { type Report, ratios } from './report.ts'

const FEW_CODES = 100
const MANY_CODES = 40_000
const FEW_COUPONS = 1_000
const MANY_COUPONS = 100_000
const FEW_CALLBACKS = 100
const MANY_CALLBACKS = 10_000
const FEW_TRANSFERS = 100
const MANY_TRANSFERS = 10_000
/** Calls in a round: fewer than the codes of the small world. */
const CALLS = 50

/** Sends of uploaded codes, pages of coupons, callbacks while others wait for tomorrow, and transfers from a balance, by the number of rows. */
export async function benchPages(): Promise<Report> {
  const sends = await measure('sends', [FEW_CODES, MANY_CODES].map(codesWorld), (mock, call) =>
    mock.control.handOutCoupon('BENCH', { openid: `o${call}` }),
  )
  const pages = await measure('pages', [FEW_COUPONS, MANY_COUPONS].map(benchWorld), (mock) => mock.control.coupons())
  const callbacks = await measure(
    'callbacks',
    [FEW_CALLBACKS, MANY_CALLBACKS].map((count) => callbacksWorld(count)),
    (mock) => mock.control.sendNotification({ event_type: 'COUPON.SEND', url: 'https://shop.example/notify' }),
  )
  const transfers = await measure('transfers', [FEW_TRANSFERS, MANY_TRANSFERS].map(transfersWorld), transfer)
  return {
    title: `Sends of uploaded codes, pages of coupons, callbacks and transfers in process, ${CALLS} a round, ${ROUNDS} rounds`,
    rows: [
      {
        what: `a send with ${MANY_CODES.toLocaleString('en')} codes / with ${FEW_CODES}`,
        values: ratios(sends.many, sends.few),
        aim: { at: 'most', value: 2 },
      },
      {
        what: `a page with ${MANY_COUPONS.toLocaleString('en')} coupons / with ${FEW_COUPONS.toLocaleString('en')}`,
        values: ratios(pages.many, pages.few),
        aim: { at: 'most', value: 2 },
      },
      { what: `a page with ${MANY_COUPONS.toLocaleString('en')} coupons`, unit: 'ms', values: pages.many },
      {
        what: `a callback while ${MANY_CALLBACKS.toLocaleString('en')} others wait / while ${FEW_CALLBACKS} do`,
        values: ratios(callbacks.many, callbacks.few),
        aim: { at: 'most', value: 2 },
      },
      {
        what: `a transfer from a balance that ${MANY_TRANSFERS.toLocaleString('en')} others took from / that ${FEW_TRANSFERS} did`,
        values: ratios(transfers.many, transfers.few),
        aim: { at: 'most', value: 2 },
      },
    ],
  }
}

function codesWorld(codes: number): WorldJson {
  return {
    stocks: [{ stock_id: 'BENCH', coupon_code_mode: 'MERCHANT_UPLOAD' }],
    codes: Array.from({ length: codes }, (_, i) => ({ stock_id: 'BENCH', code: `U${i}` })),
  }
}

/** Transfers that wait for their users, of a merchant with money for more. */
function transfersWorld(count: number): WorldJson {
  return {
    transfer_accounts: [{ funded: 1_000_000_000 }],
    transfers: Array.from({ length: count }, (_, i) => ({ out_bill_no: `W${i}`, openid: `o${i}`, create_time: NOON })),
  }
}

async function transfer(mock: Mock, number: number): Promise<void> {
  const { identity, serialNo } = wellKnownSigner
  const { status } = await mock.fetch(
    new Request('https://api.mch.weixin.qq.com/v3/fund-app/mch-transfer/transfer-bills', {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'user-agent': 'bench',
        'content-type': 'application/json',
        // Its signature is not verified, since that would cost more than the transfer.
        authorization: formatAuthorization({
          scheme: 'WECHATPAY2-SHA256-RSA2048',
          identity,
          serialNo,
          nonce: `nonce${number}`,
          timestamp: timestampOf(Date.parse(NOON)),
          signature: 'AAAA',
        }),
      },
      body: JSON.stringify({
        appid: 'wx0000000000000001',
        out_bill_no: `T${number}`,
        transfer_scene_id: '1000',
        openid: 'oBench',
        transfer_amount: 1_000,
        transfer_remark: '测试',
        transfer_scene_report_infos: [
          { info_type: '活动名称', info_content: '新会员有礼' },
          { info_type: '奖励说明', info_content: '抽奖一等奖' },
        ],
      }),
    }),
  )
  if (status !== 200) throw new Error(`a transfer was answered with ${status}`)
}

type Mock = ReturnType<typeof createMock>

/** Milliseconds per call in each round, in a small world and in a large one, alternating. */
async function measure(
  name: string,
  worlds: readonly WorldJson[],
  call: (mock: Mock, number: number) => Promise<unknown>,
): Promise<{ few: number[]; many: number[] }> {
  const took = worlds.map(() => [] as number[])
  const mocks = worlds.map((seed) =>
    createMock({
      seed,
      auth: 'lenient',
      clockStart: { now: Date.parse(NOON), frozen: true },
      receive: () => new Response(null, { status: 204 }),
    }),
  )
  // The first round warms up, and builds the lists.
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`pages: ${name}, round ${round} of ${ROUNDS}`)
    for (const [i, mock] of mocks.entries()) {
      await mock.reset()
      const begin = performance.now()
      for (let number = 0; number < CALLS; number++) await call(mock, number)
      if (round > 0) took[i]?.push((performance.now() - begin) / CALLS)
    }
  }
  const [few = [], many = []] = took
  return { few, many }
}
