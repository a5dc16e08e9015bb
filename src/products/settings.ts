import { type Joined, joinSettings, type ValuesOf } from '../engine/setting.ts'
import { engineSettings } from '../engine/settings.ts'
import { merchantCouponSettings } from './merchant-coupon/settings.ts'

/** Every setting of a mock with every product, in the order in which they are shown. */
// The type names the groups, for the comments on their members do not follow them into another one's declaration.
export const settings: Joined<[typeof engineSettings, typeof merchantCouponSettings]> = joinSettings(
  engineSettings,
  merchantCouponSettings,
)

/** The settings as options, which may be left out. */
export type SettingOptions = Partial<ValuesOf<typeof settings>>
