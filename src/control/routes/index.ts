import type { Call } from '../call.ts'
import { addCodes, addCoupons, addOrders, addStocks, addUsers } from './add.ts'
import { advanceClock, clock, setClock } from './clock.ts'
import { coupon, patchCoupon } from './coupons.ts'
import { clearFaults, faults, planFault } from './faults.ts'
import { handOutCoupon } from './hand-out.ts'
import { health } from './health.ts'
import { clearJournal, exchange, journal, journalCount } from './journal.ts'
import { createMerchant, credentials } from './merchants.ts'
import { openapi } from './openapi.ts'
import { changeSettings, settings } from './settings.ts'
import { patchStock, stock } from './stocks.ts'
import { reset, restore, world } from './world.ts'

/** Every call of the control API. Where two paths fit, the first one answers. */
export const calls: readonly Call[] = [
  health,
  credentials,
  createMerchant,
  reset,
  world,
  restore,
  addStocks,
  addCoupons,
  addOrders,
  addUsers,
  handOutCoupon,
  addCodes,
  stock,
  patchStock,
  coupon,
  patchCoupon,
  clock,
  setClock,
  advanceClock,
  settings,
  changeSettings,
  faults,
  planFault,
  clearFaults,
  journal,
  clearJournal,
  journalCount,
  exchange,
  openapi,
]
