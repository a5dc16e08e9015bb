import type { ControlOf } from '../../control/client/client.ts'
import type { RequestJson } from '../../engine/state/request-numbers.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { callIn, defineState, type Scene, type StateParameters } from '../../provider-states/state.ts'
import type { Texts } from '../../shared/texts.ts'
import type { MerchantCouponCalls } from './calls.ts'
import type { coupons } from './coupons.ts'
import { associateTradeInfo, disassociateTradeInfo, useCoupon } from './operations.ts'
import {
  anothersCoupon,
  checkedOrders,
  hasEnded,
  isUsedUp,
  noCoupon,
  type Recorded,
  recordedBatch,
  recordedCoupon,
  recordedLink,
  recordedNumber,
} from './recorded-states.ts'
import type { routes } from './routes.ts'
import type { merchantCouponSettings } from './settings.ts'
import type { CompletedStock, StockJson, stocks } from './stocks.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof stocks, typeof coupons]
      readonly settings: typeof merchantCouponSettings
      readonly routes: typeof routes
      readonly calls: () => Promise<MerchantCouponCalls>
    },
  ]
>

/** A state, set up by a control that has the calls of merchant coupons. */
const state = <Parameters extends StateParameters>(
  parameters: Parameters,
  setUp: (parameters: { readonly [Name in keyof Parameters]: string }, scene: Scene<Control>) => Promise<unknown>,
  recorded?: Recorded<keyof Parameters>,
) => defineState(parameters, setUp, recorded)

const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const
const ORDER = { out_trade_no: 'MCH_102233445' } as const
const LINK = {
  ...COUPON,
  ...ORDER,
  out_request_no: '1002600620019090123143254435',
  time: '2026-01-05T10:20:30+08:00',
} as const

const DAY = 24 * 3_600_000

const STOCK = { stock_id: COUPON.stock_id } as const

/** A batch that differs from the usual one: running, for another half year, with a million coupons. */
const batchThat = (differs: StockJson, recorded: Recorded<'stock_id'>) =>
  state(STOCK, (stock, { control }) => control.addStock({ ...stock, ...differs }), recorded)

const batchIn = (state: CompletedStock['state'], thing: Texts) =>
  batchThat(
    { state },
    recordedBatch((one) => one.state === state, thing),
  )

/** A coupon in a state, linked to an order if one is given. */
const couponIn = (coupon_state: 'SENDED' | 'USED' | 'EXPIRED' | 'DEACTIVATED' | 'DELETED', thing: Texts) =>
  state(
    { ...COUPON, out_trade_no: '' },
    ({ out_trade_no, ...coupon }, { control }) =>
      control.addCoupon({
        ...coupon,
        state: coupon_state,
        ...(out_trade_no !== '' && { associate_out_trade_no: out_trade_no }),
      }),
    recordedCoupon(coupon_state, thing),
  )

const linkedCoupon = (coupon_state: 'SENDED' | 'USED', thing: Texts) =>
  state(
    { ...COUPON, ...ORDER },
    ({ out_trade_no, ...coupon }, { control }) =>
      control.addCoupon({ ...coupon, state: coupon_state, associate_out_trade_no: out_trade_no }),
    recordedLink(coupon_state, (order) => ({
      en: `${thing.en} that is linked to ${order.en}`,
      zh: `${thing.zh}${order.zh}的券`,
    })),
  )

/** A number that linked or unlinked a coupon. */
const numberUsedBy = (operation: 'associateTradeInfo' | 'disassociateTradeInfo') =>
  state(
    LINK,
    async ({ time, out_request_no, out_trade_no, ...coupon }, { control }) => {
      const linked = operation === 'associateTradeInfo'
      await control.addCoupon({
        ...coupon,
        ...(linked && {
          associate_out_trade_no: out_trade_no,
          associate_request_no: out_request_no,
          associate_time: time,
        }),
      })
      const values = [coupon.stock_id, coupon.coupon_code, out_trade_no]
      await remember(control, operation, out_request_no, values, time)
    },
    recordedNumber(operation, linkIn),
  )

const { openid: _, time: __, ...LINK_REQUEST } = LINK
const USE_REQUEST = {
  stock_id: COUPON.stock_id,
  coupon_code: COUPON.coupon_code,
  appid: 'wx1234567889999',
  use_time: LINK.time,
  use_request_no: '1002600620019090123143254436',
} as const

/**
 * A state in which a call succeeded: the call is made to the provider itself, so that its effects are the provider's own. A missing coupon
 * is added first, linked to `linkedTo`.
 */
const wasMade = <Request extends StateParameters & Pick<typeof COUPON, 'stock_id' | 'coupon_code'>>(
  request: Request,
  call: { readonly path: string },
  linkedTo?: (request: { readonly [Name in keyof Request]: string }) => string,
) =>
  state(request, async (body, scene) => {
    const { control } = scene
    const { stock_id, coupon_code } = body
    const { coupons } = await control.world()
    if (!coupons.some((coupon) => coupon.stock_id === stock_id && coupon.coupon_code === coupon_code)) {
      await control.addCoupon({
        ...COUPON,
        stock_id,
        coupon_code,
        ...(linkedTo && { associate_out_trade_no: linkedTo(body) }),
      })
    }
    await callIn(scene, call, body)
  })

/** The states of contracts that are about batches and coupons. */
export const states = {
  'there is no coupon': state(COUPON, async () => {}, noCoupon),
  'a user holds a usable coupon': couponIn('SENDED', { en: 'a usable coupon', zh: '可用的券' }),
  'a coupon is used': couponIn('USED', { en: 'a used coupon', zh: '已核销的券' }),
  'a coupon is expired': couponIn('EXPIRED', { en: 'an expired coupon', zh: '已过期的券' }),
  'a coupon is deactivated': couponIn('DEACTIVATED', { en: 'a deactivated coupon', zh: '已失效的券' }),
  'a coupon is deleted': couponIn('DELETED', { en: 'a deleted coupon', zh: '已删除的券' }),
  'a coupon is linked to an order': linkedCoupon('SENDED', { en: 'a coupon', zh: '已关联' }),
  'a used coupon is linked to an order': linkedCoupon('USED', { en: 'a used coupon', zh: '已核销并关联' }),
  'a coupon belongs to another merchant': state(
    { ...COUPON, mchid: '1900000109' },
    (coupon, { control }) => control.addCoupon(coupon),
    anothersCoupon,
  ),
  'orders have to exist': state({}, (_, { control }) => control.changeSettings({ orders: 'known' }), checkedOrders),

  'an associate request number was used': numberUsedBy('associateTradeInfo'),
  'a disassociate request number was used': numberUsedBy('disassociateTradeInfo'),
  'a use request number was used': state(
    { ...COUPON, use_request_no: '1002600620019090123143254436', time: LINK.time },
    async ({ time, use_request_no, ...coupon }, { control }) => {
      const { mchid, stock_id, coupon_code } = await control.addCoupon({
        ...coupon,
        state: 'USED',
        use_request_no,
        use_time: time,
      })
      await remember(control, 'useCoupon', use_request_no, [mchid, stock_id, coupon_code], time)
    },
    recordedNumber('useCoupon', ({ request_no, values: [, stock_id = '', coupon_code = ''] }) => ({
      stock_id,
      coupon_code,
      use_request_no: request_no,
      time: LINK.time,
    })),
  ),

  'an associate request was made': wasMade(LINK_REQUEST, associateTradeInfo),
  'a disassociate request was made': wasMade(LINK_REQUEST, disassociateTradeInfo, ({ out_trade_no }) => out_trade_no),
  'a use request was made': wasMade(USE_REQUEST, useCoupon),

  'a batch is running': batchIn('RUNNING', { en: 'a running batch', zh: '运行中的批次' }),
  'a batch is waiting for review': batchIn('UNAUDIT', { en: 'a batch that waits for review', zh: '待审核的批次' }),
  'a batch is paused': batchIn('PAUSED', { en: 'a paused batch', zh: '已暂停的批次' }),
  'a batch is stopped': batchIn('STOPED', { en: 'a stopped batch', zh: '已停止的批次' }),
  'a batch has ended': state(
    STOCK,
    async (stock, { control }) => {
      const now = Date.parse((await control.clock()).now)
      const coupon_available_time = {
        available_begin_time: formatInstant(now - 30 * DAY),
        available_end_time: formatInstant(now - DAY),
      }
      await control.addStock({ ...stock, coupon_use_rule: { coupon_available_time } })
    },
    recordedBatch(hasEnded, { en: 'a batch that has ended', zh: '已结束的批次' }),
  ),
  'a batch has no coupons left': batchThat(
    { stock_send_rule: { max_coupons: 1 }, sent: { total: 1 } },
    recordedBatch(isUsedUp, { en: 'a batch that has no coupons left', zh: '已发完的批次' }),
  ),
  'a batch takes codes that the merchant uploads': batchThat(
    { coupon_code_mode: 'MERCHANT_UPLOAD' },
    recordedBatch(({ coupon_code_mode }) => coupon_code_mode === 'MERCHANT_UPLOAD', {
      en: 'a batch that takes codes of the merchant',
      zh: '使用预存 code 的批次',
    }),
  ),
} as const

type States = typeof states

/** A name for the type, which declarations mention instead of every member. */
export interface MerchantCouponStates extends States {}

function linkIn({ request_no, values: [stock_id = '', coupon_code = '', out_trade_no = ''] }: RequestJson) {
  return { stock_id, coupon_code, out_trade_no, out_request_no: request_no, time: LINK.time }
}

/** Marks a request number as used, which only replacing the whole world can do. */
async function remember(
  control: Control,
  operation: string,
  request_no: string,
  values: string[],
  time: string,
): Promise<void> {
  const world = await control.world()
  const { mchid } = await control.credentials()
  const request: RequestJson = { mchid, operation, request_no, values, time }
  await control.restore({ ...world, requests: [...world.requests, request] })
}
