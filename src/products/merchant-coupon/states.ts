import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import {
  callIn,
  callInVain,
  type Given,
  type RecordedCall,
  type StateInRecordings,
  type StateParameters,
  statesOn,
} from '../../control/provider-states/state.ts'
import type { SettingDefinitions } from '../../engine/settings.ts'
import type { RequestJson, requests } from '../../engine/state/request-numbers.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { MerchantCouponCalls } from './control-calls.ts'
import type { CompletedCoupon, coupons } from './coupons.ts'
import { associateTradeInfo, deactivateCoupon, disassociateTradeInfo, returnCoupon, useCoupon } from './operations.ts'
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

type Tables = typeof stocks | typeof coupons | typeof requests
type Before = ExchangeJsonOf<Tables, SettingDefinitions & typeof merchantCouponSettings>['before']

const state = statesOn<Control, Before>()

const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const
const ORDER = { out_trade_no: 'MCH_102233445' } as const
const LINK = {
  ...COUPON,
  ...ORDER,
  out_request_no: '1002600620019090123143254435',
  time: '2026-01-05T10:20:30+08:00',
} as const

const STOCK = { stock_id: COUPON.stock_id } as const

/** A batch that fits, and what recordings call it. */
const recordedBatch = (fits: (stock: CompletedStock, call: RecordedCall<Before>) => boolean, thing: Texts) => ({
  found: (call: RecordedCall<Before>) =>
    call.before.stocks.filter((one) => fits(one, call)).map(({ stock_id }) => ({ stock_id })),
  things: () => [thing],
})

/** A batch that differs from the usual one: running, for another half year, with a million coupons. */
const batchThat = (differs: StockJson, fits: (stock: CompletedStock) => boolean, thing: Texts) =>
  state(STOCK, (stock, { control }) => control.addStock({ ...stock, ...differs }), recordedBatch(fits, thing))

const batchIn = (state: CompletedStock['state'], thing: Texts) =>
  batchThat({ state }, (one) => one.state === state, thing)

function named({ stock_id, coupon_code, openid }: CompletedCoupon) {
  return { stock_id, coupon_code, openid }
}

type CouponParameters = Readonly<Record<keyof typeof COUPON | 'out_trade_no', string>>

/** A coupon in a state, linked to an order if one is given. */
const couponThat = (
  coupon_state: CompletedCoupon['state'],
  parameters: CouponParameters,
  recorded: StateInRecordings<CouponParameters, Before>,
) =>
  state(
    parameters,
    ({ out_trade_no, ...coupon }, { control }) =>
      control.addCoupon({
        ...coupon,
        state: coupon_state,
        ...(out_trade_no !== '' && { associate_out_trade_no: out_trade_no }),
      }),
    recorded,
  )

const couponIn = (state: CompletedCoupon['state'], thing: Texts) =>
  couponThat(
    state,
    { ...COUPON, out_trade_no: '' },
    {
      found: ({ mchid, before }) =>
        before.coupons
          .filter((one) => one.mchid === mchid && one.state === state && one.associate_out_trade_no === undefined)
          .map(named),
      things: () => [thing],
    },
  )

const linkedCoupon = (state: 'SENDED' | 'USED', { en, zh }: Texts) =>
  couponThat(
    state,
    { ...COUPON, ...ORDER },
    {
      found: ({ mchid, before }) =>
        before.coupons.flatMap((one) => {
          const { associate_out_trade_no: out_trade_no } = one
          const fits = one.mchid === mchid && one.state === state && out_trade_no !== undefined
          return fits ? [{ ...named(one), out_trade_no }] : []
        }),
      things: ({ out_trade_no }, { asked }) => {
        const order = asked.out_trade_no === undefined ? ANY : asked.out_trade_no === out_trade_no ? SAME : ANOTHER
        return [{ en: `${en} that is linked to ${order.en}`, zh: `${zh}${order.zh}的券` }]
      },
    },
  )

const ANY: Texts = { en: 'an order', zh: '订单' }
const SAME: Texts = { en: 'the order', zh: '该订单' }
const ANOTHER: Texts = { en: 'another order', zh: '其他订单' }

/** A request number that took effect, by what the values are that it came with. */
const recordedNumber = <Name extends string>(
  operation: string,
  parametersOf: (request: RequestJson) => Readonly<Record<Name | 'stock_id' | 'coupon_code', string>>,
) => ({
  found: ({ before }: RecordedCall<Before>) =>
    before.requests
      .filter((request) => request.operation === operation)
      .map((request) => {
        const parameters = parametersOf(request)
        const coupon = before.coupons.find(
          (one) => one.stock_id === parameters.stock_id && one.coupon_code === parameters.coupon_code,
        )
        return { ...parameters, ...(coupon && { openid: coupon.openid }) }
      }),
  circumstances: { en: 'with a request number that was used', zh: '请求单号已用过' },
})

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
      await remember(control, { operation, request_no: out_request_no, values, time })
    },
    recordedNumber(operation, ({ request_no, values: [stock_id = '', coupon_code = '', out_trade_no = ''] }) => ({
      stock_id,
      coupon_code,
      out_trade_no,
      out_request_no: request_no,
      time: LINK.time,
    })),
  )

/** Marks a request number as used, which only replacing the whole world can do. */
async function remember(control: Control, used: Omit<RequestJson, 'mchid'>): Promise<void> {
  const world = await control.world()
  const { mchid } = await control.credentials()
  await control.restore({ ...world, requests: [...world.requests, { mchid, ...used }] })
}

const { openid: _, time: __, ...LINK_REQUEST } = LINK
const USE_REQUEST = {
  stock_id: COUPON.stock_id,
  coupon_code: COUPON.coupon_code,
  appid: 'wx1234567889999',
  use_time: LINK.time,
  use_request_no: '1002600620019090123143254436',
} as const

const RETURN_REQUEST = {
  stock_id: COUPON.stock_id,
  coupon_code: COUPON.coupon_code,
  return_request_no: '1002600620019090123143254437',
} as const

const DEACTIVATE_REQUEST = {
  stock_id: COUPON.stock_id,
  coupon_code: COUPON.coupon_code,
  deactivate_request_no: '1002600620019090123143254438',
} as const

/**
 * A state in which a call succeeded: the call is made to the provider itself, so that its effects are the provider's own. A missing coupon
 * is added first, as the call needs it.
 */
const wasMade = <Request extends StateParameters & Pick<typeof COUPON, 'stock_id' | 'coupon_code'>>(
  request: Request,
  call: { readonly path: string },
  needed: (request: Given<Request>) => Parameters<Control['addCoupon']>[0] = () => ({}),
) =>
  state(request, async (body, scene) => {
    await haveCoupon(scene.control, body, needed(body))
    await callIn(scene, call, body)
  })

/** Adds the coupon of a call, unless it is there. */
async function haveCoupon(
  control: Control,
  { stock_id, coupon_code }: Given<Pick<typeof COUPON, 'stock_id' | 'coupon_code'>>,
  more?: Parameters<Control['addCoupon']>[0],
): Promise<void> {
  const { coupons } = await control.world()
  if (coupons.some((coupon) => coupon.stock_id === stock_id && coupon.coupon_code === coupon_code)) return
  await control.addCoupon({ ...COUPON, stock_id, coupon_code, ...more })
}

/** The states of contracts that are about batches and coupons. */
export const states = {
  'there is no coupon': state(COUPON, async () => {}, {
    missing: ({ before, asked, error }) =>
      before.coupons.length === 0 && asked.coupon_code !== undefined && error === 'not_found',
    things: () => [{ en: 'a coupon that does not exist', zh: '不存在的券' }],
  }),
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
    {
      found: ({ mchid, before }) =>
        before.coupons.filter((one) => one.mchid !== mchid).map((one) => ({ ...named(one), mchid: one.mchid })),
      things: () => [{ en: "another merchant's coupon", zh: '其他商户的券' }],
    },
  ),
  'orders have to exist': state({}, (_, { control }) => control.changeSettings({ orders: 'known' }), {
    found: ({ before }) => (before.settings.orders === 'known' ? [{}] : []),
  }),

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
      await remember(control, {
        operation: 'useCoupon',
        request_no: use_request_no,
        values: [mchid, stock_id, coupon_code],
        time,
      })
    },
    recordedNumber('useCoupon', ({ request_no, values: [, stock_id = '', coupon_code = ''] }) => ({
      stock_id,
      coupon_code,
      use_request_no: request_no,
      time: LINK.time,
    })),
  ),

  'an associate request was made': wasMade(LINK_REQUEST, associateTradeInfo),
  'an associate request was refused': state(LINK_REQUEST, async (body, scene) => {
    await haveCoupon(scene.control, body)
    await callInVain(scene, associateTradeInfo, body)
  }),
  'a disassociate request was made': wasMade(LINK_REQUEST, disassociateTradeInfo, ({ out_trade_no }) => ({
    associate_out_trade_no: out_trade_no,
  })),
  'a use request was made': wasMade(USE_REQUEST, useCoupon),
  'a return request was made': wasMade(RETURN_REQUEST, returnCoupon, () => ({ state: 'USED' })),
  'a deactivate request was made': wasMade(DEACTIVATE_REQUEST, deactivateCoupon),

  'a batch is running': batchIn('RUNNING', { en: 'a running batch', zh: '运行中的批次' }),
  'a batch is waiting for review': batchIn('UNAUDIT', { en: 'a batch that waits for review', zh: '待审核的批次' }),
  'a batch is paused': batchIn('PAUSED', { en: 'a paused batch', zh: '已暂停的批次' }),
  'a batch is stopped': batchIn('STOPED', { en: 'a stopped batch', zh: '已停止的批次' }),
  'a batch has ended': state(
    STOCK,
    async (stock, { control }) => {
      const now = Date.parse((await control.clock()).now)
      const coupon_available_time = {
        available_begin_time: formatInstant(now - 30 * DAY_MS),
        available_end_time: formatInstant(now - DAY_MS),
      }
      await control.addStock({ ...stock, coupon_use_rule: { coupon_available_time } })
    },
    recordedBatch(
      ({ coupon_use_rule: { coupon_available_time: time } }, { at }) => Date.parse(time.available_end_time) <= at,
      { en: 'a batch that has ended', zh: '已结束的批次' },
    ),
  ),
  'a batch has no coupons left': batchThat(
    { stock_send_rule: { max_coupons: 1 }, sent: { total: 1 } },
    ({ sent, stock_send_rule }) => sent.total >= stock_send_rule.max_coupons,
    { en: 'a batch that has no coupons left', zh: '已发完的批次' },
  ),
  'a batch takes codes that the merchant uploads': batchThat(
    { coupon_code_mode: 'MERCHANT_UPLOAD' },
    ({ coupon_code_mode }) => coupon_code_mode === 'MERCHANT_UPLOAD',
    { en: 'a batch that takes codes of the merchant', zh: '使用预存 code 的批次' },
  ),
} as const

/** A name for the type, which declarations mention instead of every member. */
export interface MerchantCouponStates extends Readonly<typeof states> {}
