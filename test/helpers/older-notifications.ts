import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { defineTable, type Table } from '../../src/engine/state/table.ts'
import { TABLES } from './tables.ts'

const { sorted, ...rest } = notifications

/** The table of callbacks before it was sorted by due time: an index had all that were pending, in no order. */
export const olderNotifications = defineTable({
  ...rest,
  indexes: { pending: ({ dueAt }) => (dueAt === undefined ? undefined : 'yes'), ...notifications.indexes },
  ...(sorted && { sorted: { newest: sorted.newest } }),
})

/** The tables of that time. */
export const OLDER_TABLES: readonly Table[] = TABLES.map((table) =>
  table.name === notifications.name ? olderNotifications : table,
)
