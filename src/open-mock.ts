import { checkOptions, isObject, type KnownOptions } from './engine/check-options.ts'
import type { Mock } from './engine/mock.ts'
import { someFunction, someText, thatFits, yesOrNo } from './engine/option-values.ts'
import { type Product, tablesOf } from './engine/product.ts'
import { countStart, FirstSeedExists, hasFirstSeed, markFirstSeedIn } from './engine/state/documents.ts'
import type { Store } from './engine/state/store.ts'
import type { Table } from './engine/state/table.ts'
import {
  checkServed,
  createEngine,
  type MockOptions,
  mockOf,
  optionsWith,
  type ProductOptions,
  type WechatPayMock,
} from './mock.ts'
import type { MockControlOf, WorldOf } from './mock-control.ts'
import { products } from './products/index.ts'
import { scenario } from './products/scenarios/index.ts'
import type { StoreWarning } from './stores/store-errors.ts'
import { UsageError } from './wire/protocol/errors.ts'
import { isJsonObject } from './wire/protocol/json-object.ts'

/** Options for opening a mock. All are optional. */
export interface OpenMockOptions<P extends readonly Product[] = readonly Product[]>
  extends Omit<MockOptions<P>, 'seed' | 'store'> {
  /**
   * The state that a mock begins with: a scenario's name, or a world as in a seed file, which may include merchants; or a function that returns one,
   * called only if it is needed. A file that has a state continues with that, and `seed` is ignored. Default: the scenario `default`.
   */
  readonly seed?: string | WorldOf<P> | (() => Promise<WorldOf<P>>)
  /**
   * A file for the state (SQLite), created if it does not exist. An acknowledged change survives the end of the process. One mock at a time
   * can have it. Default: this process's memory.
   */
  readonly data?: string
  /**
   * Opens a file that was emptied, or was not closed and has lost its log, with what is left in it, and warns of that. Left out, it is refused
   * (`MOCK_DATA`). Default: `false`.
   */
  readonly acceptDataLoss?: boolean
  /**
   * Redis or Valkey that keeps the state, such as `redis://127.0.0.1:6379?prefix=shop`: all mocks with the same address are one, whatever process
   * or machine they are on. Needs the package `@redis/client`. Cannot be combined with `data`.
   */
  readonly store?: string
  /**
   * Called with warnings about the data file or the store, such as a file that other users can read. Default: a warning of the process
   * (`process.emitWarning`).
   */
  readonly onWarning?: (warning: StoreWarning) => void
}

/** The options that `createMock` lacks or defines differently. */
const OPTIONS: KnownOptions<'seed' | 'store' | 'data' | 'acceptDataLoss' | 'onWarning'> = {
  seed: thatFits((seed) => ['string', 'function'].includes(typeof seed) || isObject(seed), {
    en: "use a scenario's name, a world or a function that gives one",
    zh: '应为场景名、数据，或返回其中之一的函数',
  }),
  store: someText,
  data: someText,
  acceptDataLoss: yesOrNo,
  onWarning: someFunction,
}

/**
 * Creates a mock as `createMock` does, and waits for work that it cannot do: a durable state, and merchants of the seed, whose keys take time to
 * make. `mock.close()` releases the file.
 *
 * Settings are the given ones, except for changes by the control API since the last reset; `clockStart` is where a new file's clock starts.
 *
 * @throws UsageError `MOCK_DATA` for a file that cannot be used, `MOCK_STORE_…` for such a store; both are left unchanged. Otherwise the
 * errors of `createMock` and of restoring a world
 */
export async function openMock<const P extends readonly Product[] = readonly Product[]>(
  options?: OpenMockOptions<P> & ProductOptions<P>,
): Promise<WechatPayMock<MockControlOf<P>>> {
  const given: OpenMockOptions<P> = options ?? {}
  return mockOf(await openEngine(given), given.products)
}

async function openEngine<P extends readonly Product[]>(options: OpenMockOptions<P>): Promise<Mock> {
  const { data, acceptDataLoss, store: address, seed = 'default', onWarning = emitWarning, ...others } = options
  const served = others.products ?? products
  checkServed(served)
  checkOptions(options, { ...optionsWith(served), ...OPTIONS })
  const store = await openStore({ data, address, acceptDataLoss }, tablesOf(served))
  if (!store) return engineInMemory(await worldOf(seed), others)
  try {
    for (const warning of store.warnings) onWarning(warning)
    return await engineWithStore(store, seed, others)
  } catch (error) {
    await store.close?.()
    throw error
  }
}

function emitWarning({ message }: StoreWarning): void {
  process.emitWarning(message, 'WechatPayMockWarning')
}

async function openStore(
  {
    data,
    address,
    acceptDataLoss = false,
  }: {
    readonly data: string | undefined
    readonly address: string | undefined
    readonly acceptDataLoss: boolean | undefined
  },
  tables: readonly Table[],
): Promise<(Store & { readonly warnings: readonly StoreWarning[] }) | undefined> {
  if (data !== undefined && address !== undefined) {
    throw new UsageError('MOCK_STORE_AND_DATA', {
      en: 'Say data or store, not both: the state is in a file, or in Redis.',
      zh: 'data 和 store 只能写一个：状态要么在文件里，要么在 Redis 里。',
    })
  }
  if (data !== undefined) return (await import('./stores/sqlite.ts')).SqliteStore.open(data, tables, { acceptDataLoss })
  if (address !== undefined) return (await import('./stores/redis.ts')).RedisStore.open(address, tables)
  return undefined
}

async function engineInMemory<P extends readonly Product[]>(seed: WorldOf<P>, options: MockOptions<P>): Promise<Mock> {
  if (!hasMerchants(seed)) return createEngine({ ...options, seed })
  const engine = createEngine({ ...options, seed: 'empty' })
  await restore(engine, seed)
  return engine
}

async function engineWithStore<P extends readonly Product[]>(
  store: Store,
  seed: NonNullable<OpenMockOptions<P>['seed']>,
  options: MockOptions<P>,
): Promise<Mock> {
  await countStart(store.documents)
  const engine = createEngine({ ...options, store })
  if (hasFirstSeed(store.documents)) return engine
  try {
    await restore(engine, await worldOf(seed), (draft) => {
      markFirstSeedIn(draft)
      engine.clock.resetIn(draft)
    })
  } catch (error) {
    if (!(error instanceof FirstSeedExists)) throw error
  }
  return engine
}

const restore: typeof import('./control/world/restore-world.ts').restoreWorld = async (...args) =>
  (await import('./control/world/restore-world.ts')).restoreWorld(...args)

async function worldOf<P extends readonly Product[]>(
  seed: NonNullable<OpenMockOptions<P>['seed']>,
): Promise<WorldOf<P>> {
  // A scenario is a world of the mock's own products; for a mock with other products, the loader reports what does not fit.
  if (typeof seed === 'string') return scenario(seed) as WorldOf<P>
  return typeof seed === 'function' ? seed() : seed
}

/** Whether a world, not yet checked, includes merchants. */
function hasMerchants(world: unknown): boolean {
  return isJsonObject(world) && Array.isArray(world.merchants) && world.merchants.length > 0
}
