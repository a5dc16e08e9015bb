import { coupon, coupons, patchCoupon } from '../../products/merchant-coupon/coupons/coupon-calls.ts'
import { couponTimeline } from '../../products/merchant-coupon/coupons/coupon-timeline.ts'
import { exchangeCoupons } from '../../products/merchant-coupon/coupons/exchange-coupons.ts'
import { handOutCoupon } from '../../products/merchant-coupon/sending/hand-out-call.ts'
import { patchStock, stock, stocks } from '../../products/merchant-coupon/stocks/stock-calls.ts'
import {
  expireOrder,
  order,
  orderCoupons,
  orders,
  payOrder,
  refundOrder,
} from '../../products/payment/orders/order-calls.ts'
import { settleRefund } from '../../products/payment/refunds/refund-calls.ts'
import type { Call } from '../call.ts'
import { addCodes, addCoupons, addOrders, addStocks, addUsers } from './add.ts'
import { advanceClock, clock, setClock } from './clock.ts'
import { events } from './events.ts'
import { exchangeCurl, replayExchange, sampleCurl } from './exchanges.ts'
import { clearFaults, faults, planFault, removeFault } from './faults.ts'
import { health } from './health.ts'
import { clearJournal, exchange, journal, journalCount, journalPage } from './journal.ts'
import { createMerchant, credentials, credentialsSnippet, merchants } from './merchants.ts'
import {
  deliverNotifications,
  notification,
  notificationPage,
  notifications,
  sendNotification,
} from './notifications.ts'
import { openapi } from './openapi.ts'
import { errorsOfAnyCall, operations } from './operations.ts'
import { exchangePact } from './pact.ts'
import { platform, rotatePlatformCertificate } from './platform.ts'
import { changeSettings, settings } from './settings.ts'
import { reset, restore, world, worldCounts } from './world.ts'

/** Every call of the control API. Where two paths fit, the first one answers. */
export const calls: readonly Call[] = [
  health,
  credentials,
  credentialsSnippet,
  merchants,
  createMerchant,
  operations,
  errorsOfAnyCall,
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
  stocks,
  stock,
  patchStock,
  addUsers,
  handOutCoupon,
  coupons,
  coupon,
  couponTimeline,
  patchCoupon,
  orders,
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
  notifications,
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
