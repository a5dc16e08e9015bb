import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { defineTable, type Table } from '../../src/engine/state/table.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons/table.ts'
import { refunds } from '../../src/products/payment/refunds/table.ts'
import { TABLES } from './tables.ts'

const { sorted, ...rest } = notifications
const { inStock: _, ...couponLists } = coupons.sorted as NonNullable<typeof coupons.sorted>

/** The table of callbacks before it was sorted by due time: an index had all that were pending, in no order. */
export const olderNotifications = defineTable({
  ...rest,
  indexes: { pending: ({ dueAt }) => (dueAt === undefined ? undefined : 'yes'), ...notifications.indexes },
  ...(sorted && { sorted: { newest: sorted.newest } }),
})

/** The table of coupons before a list had those of a batch. */
const olderCoupons = defineTable({ ...coupons, sorted: couponLists })

/** The table of refunds before it was sorted. */
const { sorted: _none, ...unsorted } = refunds
const olderRefunds = defineTable(unsorted)

const OLDER = new Map<string, Table>([
  [notifications.name, olderNotifications],
  [coupons.name, olderCoupons],
  [refunds.name, olderRefunds],
])

/** The tables of that time. */
export const OLDER_TABLES: readonly Table[] = TABLES.map((table) => OLDER.get(table.name) ?? table)
