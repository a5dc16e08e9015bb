import { describeCode } from '../../products/merchant-coupon/codes/code-json.ts'
import { describeEventAddress } from '../../products/merchant-coupon/event-address/event-address-json.ts'
import { describeSubsidy, describeSubsidyReturn } from '../../products/merchant-coupon/subsidies/subsidy-json.ts'
import { describeRefund } from '../../products/payment/refunds/refund-json.ts'
import { describeUser } from '../../products/platform/users/user-json.ts'
import { defineCall } from '../call.ts'
import { describeCoupon, describeOrder, describeRequest, describeStock } from '../describe.ts'
import { exactTime } from '../exact-time.ts'
import { describeNotification } from '../formats/notification.ts'
import { worldCountsJson } from '../formats/overview.ts'
import { checkMerchantExists, describeMerchant } from '../merchants.ts'
import { restoreWorld } from '../restore-world.ts'
import { snapshotJson, worldJson } from '../world-format.ts'
import { mchidQuery } from './queries.ts'

/** Bytes of a whole world: room for some hundred thousand coupons. */
const WORLD_LIMIT = 256 * 1_048_576

export const reset = defineCall({
  id: 'reset',
  method: 'POST',
  path: '/_mock/reset',
  summary:
    "Go back to the seed, and with the whole mock clear journal, clock, faults, settings, rates and changes of the platform certificate; or only one merchant's state",
  query: mchidQuery,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    await mock.reset(mchid)
  },
})

export const world = defineCall({
  id: 'world',
  method: 'GET',
  path: '/_mock/world',
  summary: 'Take a snapshot in the format of a seed file, of the whole mock or of one merchant',
  query: mchidQuery,
  answer: snapshotJson,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    const now = mock.clock.now()
    const state = await mock.store.transaction(async (tx) => ({
      stocks: await tx.stocks.list(mchid),
      codes: await tx.codes.list(mchid),
      coupons: await tx.coupons.list(mchid),
      users: await tx.users.list(mchid),
      orders: await tx.orders.list(mchid),
      refunds: await tx.refunds.list(mchid),
      subsidies: await tx.subsidies.list(mchid),
      subsidyReturns: await tx.subsidyReturns.list(mchid),
      eventAddresses: await tx.eventAddresses.list(mchid),
      notifications: await tx.notifications.list(mchid),
      requests: await tx.requests.list(mchid),
    }))
    return {
      taken_at: exactTime(now),
      merchants: mock.merchants.all
        .filter((merchant) => merchant !== mock.defaultMerchant && (mchid === undefined || merchant.mchid === mchid))
        .map(describeMerchant),
      stocks: state.stocks.map(describeStock),
      coupons: state.coupons.map((coupon) => describeCoupon(coupon, now)),
      codes: state.codes.map(describeCode),
      users: state.users.map(describeUser),
      orders: state.orders.map((order) => describeOrder(order, now)),
      refunds: state.refunds.map(describeRefund),
      subsidies: state.subsidies.map(describeSubsidy),
      subsidy_returns: state.subsidyReturns.map(describeSubsidyReturn),
      event_addresses: state.eventAddresses.map(describeEventAddress),
      notifications: state.notifications.map(describeNotification),
      requests: state.requests.map(describeRequest),
    }
  },
})

export const worldCounts = defineCall({
  id: 'worldCounts',
  method: 'GET',
  path: '/_mock/world/counts',
  summary: 'How many things of each kind the mock holds',
  answer: worldCountsJson,
  handle: (_, { mock }) =>
    mock.store.transaction(async (tx) => ({
      merchants: mock.merchants.all.length,
      stocks: await tx.stocks.count(),
      coupons: await tx.coupons.count(),
      codes: await tx.codes.count(),
      users: await tx.users.count(),
      orders: await tx.orders.count(),
      refunds: await tx.refunds.count(),
      subsidies: await tx.subsidies.count(),
      subsidy_returns: await tx.subsidyReturns.count(),
      event_addresses: await tx.eventAddresses.count(),
      notifications: await tx.notifications.count(),
      requests: await tx.requests.count(),
    })),
})

export const restore = defineCall({
  id: 'restore',
  method: 'PUT',
  path: '/_mock/world',
  summary: 'Replace the whole state by a snapshot or seed file, which becomes the new seed; merchants are added',
  body: worldJson,
  bodyLimit: WORLD_LIMIT,
  refusals: {
    MOCK_MERCHANT_EXISTS: 'a merchant has a number or certificate that is taken',
    MOCK_TENPAY_CERTIFICATE: 'a certificate is one of the real Tenpay CA',
    MOCK_COUPON_STATE: 'state and times of a coupon contradict each other',
    MOCK_STOCK_TIMES: 'a batch ends before it begins',
  },
  handle: ({ body }, { mock }) => restoreWorld(mock, body),
})
