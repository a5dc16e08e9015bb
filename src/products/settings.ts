import { settingsOf } from '../engine/product.ts'
import type { ValuesOf } from '../engine/setting.ts'
import { products } from './index.ts'

/** Every setting of a mock with its own products, by name, in the order in which they are shown. */
export const settings = settingsOf(products)

/** The settings as options, which may be left out. */
export type SettingOptions = Partial<ValuesOf<typeof settings>>
