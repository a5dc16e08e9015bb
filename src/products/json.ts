import type { ExchangeJsonOf } from '../control/answer-format.ts'
import type { SettingsJsonOf } from '../control/formats/overview.ts'
import type { SnapshotJsonOf, WorldCountsOf, WorldJsonOf } from '../control/world/load-world.ts'
import type { CORE_TABLES } from '../engine/product.ts'
import type { products, settings } from './index.ts'

type Tables = (typeof products)[number]['tables'][number] | (typeof CORE_TABLES)[number]

/** A seed file of a mock with its own products: whatever the mock can make up may be left out. */
export type WorldJson = WorldJsonOf<Tables>

/** A snapshot of a mock with its own products. */
export type SnapshotJson = SnapshotJsonOf<Tables>

/** An exchange in the journal of a mock with its own products. */
export type ExchangeJson = ExchangeJsonOf<Tables, typeof settings>

/** How many rows a mock with its own products has of each table, and how many merchants may call it. */
export type WorldCounts = WorldCountsOf<Tables>

/** The settings of a mock with its own products. */
export type SettingsJson = SettingsJsonOf<typeof settings>
