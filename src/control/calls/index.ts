import { addCodes } from '../../products/merchant-coupon/codes/code-calls.ts'
import { addCoupons, coupon, listCoupons, patchCoupon } from '../../products/merchant-coupon/coupons/coupon-calls.ts'
import { couponTimeline } from '../../products/merchant-coupon/coupons/coupon-timeline.ts'
import { exchangeCoupons } from '../../products/merchant-coupon/coupons/exchange-coupons.ts'
import { handOutCoupon } from '../../products/merchant-coupon/sending/hand-out-call.ts'
import { addStocks, listStocks, patchStock, stock } from '../../products/merchant-coupon/stocks/stock-calls.ts'
import {
  addOrders,
  expireOrder,
  listOrders,
  order,
  orderCoupons,
  payOrder,
  refundOrder,
} from '../../products/payment/orders/order-calls.ts'
import { settleRefund } from '../../products/payment/refunds/refund-calls.ts'
import { addUsers } from '../../products/platform/users/user-calls.ts'
import type { Call } from '../call.ts'
import { advanceClock, clock, setClock } from './clock.ts'
import { events } from './events.ts'
import { exchangeCurl, replayExchange, sampleCurl } from './exchanges.ts'
import { clearFaults, faults, planFault, removeFault } from './faults.ts'
import { health } from './health.ts'
import { clearJournal, exchange, journal, journalCount, journalPage } from './journal.ts'
import { createMerchant, credentials, credentialsSnippet, merchants } from './merchants.ts'
import {
  deliverNotifications,
  listNotifications,
  notification,
  notificationPage,
  sendNotification,
} from './notifications.ts'
import { openapi } from './openapi.ts'
import { errorsOfAnyCall, operations, overview } from './operations.ts'
import { exchangePact } from './pact.ts'
import { platform, rotatePlatformCertificate } from './platform.ts'
import { changeSettings, settings } from './settings.ts'
import { reset, restore, world, worldCounts } from './world.ts'

/** Every call of the control API. Where two paths fit, the first one answers. */
/** Every call of the control API. Where two paths fit, the first one answers. */
export const calls: readonly Call[] = [
  health,
  credentials,
  credentialsSnippet,
  merchants,
  createMerchant,
  operations,
  errorsOfAnyCall,
  overview,
  platform,
  rotatePlatformCertificate,
  reset,
  world,
  worldCounts,
  restore,
  addStocks,
  addCoupons,
  addOrders,
  addCodes,
  listStocks,
  stock,
  patchStock,
  addUsers,
  handOutCoupon,
  listCoupons,
  coupon,
  couponTimeline,
  patchCoupon,
  listOrders,
  order,
  orderCoupons,
  payOrder,
  expireOrder,
  refundOrder,
  settleRefund,
  clock,
  setClock,
  advanceClock,
  settings,
  changeSettings,
  faults,
  planFault,
  clearFaults,
  removeFault,
  listNotifications,
  sendNotification,
  deliverNotifications,
  notificationPage,
  notification,
  journal,
  clearJournal,
  journalCount,
  journalPage,
  exchange,
  replayExchange,
  exchangeCurl,
  exchangePact,
  exchangeCoupons,
  sampleCurl,
  events,
  openapi,
]
