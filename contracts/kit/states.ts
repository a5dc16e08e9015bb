import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { RequestJson } from '../../src/engine/state/request-numbers.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { associateTradeInfo, disassociateTradeInfo, useCoupon } from '../../src/products/operations.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import type { NextRequest, RequestFlaw } from '../../src/recording/next-request.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'

/** What a provider state can use. */
export interface Scene {
  readonly control: MockControl
  readonly next: NextRequest
  /** Sends to the provider itself; states in which a request was made need it. */
  readonly send?: (request: WireRequest) => Promise<WireResponse>
}

/** Parameters of a state, named as the wire names them; all are texts. */
export type StateParameters = Readonly<Record<string, string>>

/** A state that the provider can be put into before an interaction. */
export interface ProviderState<Parameters extends StateParameters = StateParameters> {
  /** Its parameters with their defaults: a pact may leave any of them out, and one of specification 2 has none. */
  readonly parameters: Parameters
  setUp(parameters: Parameters, scene: Scene): Promise<void>
}

function state<Parameters extends StateParameters>(
  parameters: Parameters,
  setUp: (parameters: { readonly [Name in keyof Parameters]: string }, scene: Scene) => Promise<unknown>,
): ProviderState<{ readonly [Name in keyof Parameters]: string }> {
  return {
    parameters,
    async setUp(values, scene) {
      await setUp(values, scene)
    },
  }
}

const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const
const ORDER = { out_trade_no: 'MCH_102233445' } as const
const LINK = {
  ...COUPON,
  ...ORDER,
  out_request_no: '1002600620019090123143254435',
  time: '2026-01-05T10:20:30+08:00',
} as const

/** A coupon in a state, linked to an order if one is given. */
const couponIn = (coupon_state: 'SENDED' | 'USED' | 'EXPIRED' | 'DEACTIVATED' | 'DELETED') =>
  state({ ...COUPON, out_trade_no: '' }, ({ out_trade_no, ...coupon }, { control }) =>
    control.addCoupon({
      ...coupon,
      state: coupon_state,
      ...(out_trade_no !== '' && { associate_out_trade_no: out_trade_no }),
    }),
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
  { path }: { readonly path: string },
  linkedTo?: (request: { readonly [Name in keyof Request]: string }) => string,
) =>
  state(request, async (body, { control, send, next }) => {
    if (!send) {
      throw new UsageError(
        'MOCK_STATE_NEEDS_PROVIDER',
        'This provider state makes a request: give `providerStates` a way to send it.',
      )
    }
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
    const now = Date.parse((await control.clock()).now)
    const client = createMerchantClient({ credentials: await control.credentials(next.mchid), send, now: () => now })
    const { status, body: answer } = await client.request({ target: path, body })
    if (status !== 200) throw new Error(`${path} was answered with ${status} ${JSON.stringify(answer)}`)
  })

const flawed = (flaw: RequestFlaw) =>
  state({}, async (_, { next }) => {
    next.flaw = flaw
  })

const fails = (error: string) =>
  state({ operation: '' }, ({ operation }, { control }) =>
    control.planFault({ ...(operation !== '' && { operation }), error }),
  )

/**
 * Every provider state, by its name: both sides of a contract take the names from here, and pact files of other languages write them as
 * they stand. A world is empty before its states are set up, so a state that needs another has to be given along with it.
 *
 * Adding one: a line here, with the defaults of its parameters and what it does through the control API.
 */
export const states = {
  'there is no coupon': state(COUPON, async () => {}),
  'a user holds a usable coupon': couponIn('SENDED'),
  'a coupon is used': couponIn('USED'),
  'a coupon is expired': couponIn('EXPIRED'),
  'a coupon is deactivated': couponIn('DEACTIVATED'),
  'a coupon is deleted': couponIn('DELETED'),
  'a coupon is linked to an order': state({ ...COUPON, ...ORDER }, ({ out_trade_no, ...coupon }, { control }) =>
    control.addCoupon({ ...coupon, associate_out_trade_no: out_trade_no }),
  ),
  'a used coupon is linked to an order': state({ ...COUPON, ...ORDER }, ({ out_trade_no, ...coupon }, { control }) =>
    control.addCoupon({ ...coupon, state: 'USED', associate_out_trade_no: out_trade_no }),
  ),
  'a coupon belongs to another merchant': state({ ...COUPON, mchid: '1900000109' }, (coupon, { control }) =>
    control.addCoupon(coupon),
  ),
  'an order exists': state(ORDER, (order, { control }) => control.addOrder(order)),
  'orders have to exist': state({}, (_, { control }) => control.changeSettings({ orders: 'known' })),

  'an associate request number was used': state(LINK, async (link, { control }) => {
    const { time, out_request_no, out_trade_no, ...coupon } = link
    await control.addCoupon({
      ...coupon,
      associate_out_trade_no: out_trade_no,
      associate_request_no: out_request_no,
      associate_time: time,
    })
    await remember(control, 'associateTradeInfo', out_request_no, valuesOf(link), time)
  }),
  'a disassociate request number was used': state(LINK, async (link, { control }) => {
    const { time, out_request_no, out_trade_no: _, ...coupon } = link
    await control.addCoupon(coupon)
    await remember(control, 'disassociateTradeInfo', out_request_no, valuesOf(link), time)
  }),
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
  ),

  'an associate request was made': wasMade(LINK_REQUEST, associateTradeInfo),
  'a disassociate request was made': wasMade(LINK_REQUEST, disassociateTradeInfo, ({ out_trade_no }) => out_trade_no),
  'a use request was made': wasMade(USE_REQUEST, useCoupon),

  'the service is overloaded': fails('rate_limited'),
  'the service fails': fails('system_error'),
  'the service answers with an error': state(
    { operation: 'associateTradeInfo', error: 'system_error' },
    (fault, { control }) => control.planFault(fault),
  ),
  'the merchant has only the public key': state({}, (_, { control }) =>
    control.changeSettings({ key_mode: 'public-key' }),
  ),
  'the merchant has only platform certificates': state({}, (_, { control }) =>
    control.changeSettings({ key_mode: 'certificate' }),
  ),
  'the time is': state({ now: '2026-11-25T12:00:00+08:00' }, ({ now }, { control }) => control.freeze(now)),
  'another merchant calls': state({ mchid: '1900000108' }, async ({ mchid }, { control, next }) => {
    await control.credentials(mchid).catch((refusal: unknown) => {
      if (refusal instanceof UsageError && refusal.code === 'MOCK_MERCHANT_UNKNOWN')
        return control.createMerchant({ mchid })
      throw refusal
    })
    next.mchid = mchid
  }),

  'the request is not signed': flawed('unsigned'),
  'the Authorization header is malformed': flawed('malformed'),
  'the scheme of the signature is unknown': flawed('scheme_unknown'),
  'the timestamp of the request is too old': flawed('too_old'),
  'the timestamp of the request is in milliseconds': flawed('in_milliseconds'),
  'the serial of the merchant certificate is unknown': flawed('serial_unknown'),
  'the request is signed with another key': flawed('other_key'),
  'the request is signed over another body': flawed('other_body'),
  'Accept is missing': flawed('no_accept'),
  'User-Agent is missing': flawed('no_user_agent'),
} as const

/** Name of a provider state. */
export type StateName = keyof typeof states

/** The parameters that may be given with a state; the others have their defaults. */
export type ParametersOf<Name extends StateName> = Partial<(typeof states)[Name]['parameters']>

function valuesOf({ stock_id, coupon_code, out_trade_no }: { [Name in keyof typeof LINK]: string }): string[] {
  return [stock_id, coupon_code, out_trade_no]
}

/** Marks a request number as used, which only replacing the whole world can do. */
async function remember(
  control: MockControl,
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
