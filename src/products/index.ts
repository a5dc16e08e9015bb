import { catalogue } from '../catalogue/index.ts'
import { type EventDescription, nameOfEvent } from '../engine/callbacks/event.ts'
import { eventsOf, type SettingsOf, settingsOf } from '../engine/product.ts'
import type { ValuesOf } from '../engine/settings.ts'
import { bill } from './bill/index.ts'
import { complaintsProduct } from './complaints/index.ts'
import { merchantCoupon } from './merchant-coupon/index.ts'
import { payment } from './payment/index.ts'
import { platform } from './platform/index.ts'
import { productCoupon } from './product-coupon/index.ts'
import { profitSharing } from './profit-sharing/index.ts'
import { transfer } from './transfer/index.ts'

/** The products that a mock has by default. */
export const products = [
  merchantCoupon,
  payment,
  profitSharing,
  bill,
  platform,
  transfer,
  productCoupon,
  complaintsProduct,
  catalogue,
] as const

/** Every event of the mock's own products. */
export const events = eventsOf(products)

/** Their event types, e.g. `COUPON.SEND`. */
export const EVENT_TYPES = events.map(nameOfEvent)

/** @throws Error for an event that no product has: check names from users against {@link EVENT_TYPES} first */
export function eventNamed(eventType: string): EventDescription {
  const event = events.find((one) => nameOfEvent(one) === eventType)
  if (!event) throw new Error(`There is no event ${eventType}. There are: ${EVENT_TYPES.join(', ')}.`)
  return event
}

/** Every setting of a mock with its own products, by name, in the order in which they are shown. */
export const settings: SettingsOf<typeof products> = settingsOf(products)

/** The settings as options, which may be left out. */
export type SettingOptions = Partial<ValuesOf<typeof settings>>
