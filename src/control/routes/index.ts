import type { Call } from '../call.ts'
import { addCodes, addCoupons, addOrders, addStocks, addUsers } from './add.ts'
import { advanceClock, clock, setClock } from './clock.ts'
import { coupon, patchCoupon } from './coupons.ts'
import { clearFaults, faults, planFault } from './faults.ts'
import { handOutCoupon } from './hand-out.ts'
import { health } from './health.ts'
import { clearJournal, exchange, journal, journalCount } from './journal.ts'
import { createMerchant, credentials } from './merchants.ts'
import { notifications, sendNotification } from './notifications.ts'
import { openapi } from './openapi.ts'
import { expireOrder, order, payOrder, refundOrder } from './orders.ts'
import { platform, rotatePlatformCertificate } from './platform.ts'
import { settleRefund } from './refunds.ts'
import { changeSettings, settings } from './settings.ts'
import { patchStock, stock } from './stocks.ts'
import { reset, restore, world } from './world.ts'

/** Every call of the control API. Where two paths fit, the first one answers. */
export const calls: readonly Call[] = [
  health,
  credentials,
  createMerchant,
  platform,
  rotatePlatformCertificate,
  reset,
  world,
  restore,
  addStocks,
  addCoupons,
  addOrders,
  addCodes,
  stock,
  patchStock,
  addUsers,
  handOutCoupon,
  coupon,
  patchCoupon,
  order,
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
  notifications,
  sendNotification,
  journal,
  clearJournal,
  journalCount,
  exchange,
  openapi,
]
