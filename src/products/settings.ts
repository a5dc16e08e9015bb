import { settingsOf } from '../engine/product.ts'
import type { SettingDefinitions, ValuesOf } from '../engine/settings.ts'
import type { billSettings } from './bill/bills.ts'
import { products } from './index.ts'
import type { merchantCouponSettings } from './merchant-coupon/settings.ts'
import type { paymentSettings } from './payment/settings.ts'
import type { profitSharingSettings } from './profit-sharing/settings.ts'
import type { transferSettings } from './transfer/settings.ts'

/** Every setting of a mock with its own products, by name, in the order in which they are shown. */
// The type names each group: in the package's declarations, the comments that users see stand where a group is defined, not in `products`.
export const settings: SettingDefinitions &
  typeof merchantCouponSettings &
  typeof paymentSettings &
  typeof profitSharingSettings &
  typeof billSettings &
  typeof transferSettings = settingsOf(products)

/** The settings as options, which may be left out. */
export type SettingOptions = Partial<ValuesOf<typeof settings>>
