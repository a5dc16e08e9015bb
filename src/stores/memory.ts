import { type Documents, type DocumentsChange, DocumentsCopy } from '../engine/state/documents.ts'
import { LazyTransaction } from '../engine/state/lazy-transaction.ts'
import type { AnyRepository, Store, Transaction, World } from '../engine/state/store.ts'
import { keyOf, type Table } from '../engine/state/table.ts'
import type { Awaitable } from '../shared/awaitable.ts'
import { Turns } from './turns.ts'

/** Marks a deleted value in a change. */
const GONE = Symbol('gone')

/** A row, or {@link GONE}. */
type Change = unknown

/** The keys of an index, by text. */
type Index = Map<string, Set<string>>

/** Rows of one merchant in one table. Only a layer with a single owner may change. */
class Layer {
  readonly table: Table
  readonly rows = new Map<string, Change>()
  /** Built on first use, so that a large seed that is never searched costs nothing. */
  #indexes: Map<string, Index> | undefined

  constructor(table: Table) {
    this.table = table
  }

  set(key: string, value: Change): void {
    if (this.#indexes) {
      const before = this.rows.get(key)
      for (const [name, index] of this.#indexes) {
        if (before !== undefined && before !== GONE) this.#forget(index, this.#textOf(name, before), key)
        if (value !== GONE) remember(index, this.#textOf(name, value), key)
      }
    }
    this.rows.set(key, value)
  }

  /** The keys that an index has under a text. */
  keysWhere(name: string, text: string): Iterable<string> {
    this.#indexes ??= new Map()
    let index = this.#indexes.get(name)
    if (!index) {
      index = new Map()
      for (const [key, value] of this.rows) if (value !== GONE) remember(index, this.#textOf(name, value), key)
      this.#indexes.set(name, index)
    }
    return index.get(text) ?? []
  }

  #textOf(name: string, value: unknown): string | undefined {
    return this.table.indexes[name]?.(value)
  }

  #forget(index: Index, text: string | undefined, key: string): void {
    const keys = text === undefined ? undefined : index.get(text)
    keys?.delete(key)
    if (keys?.size === 0 && text !== undefined) index.delete(text)
  }
}

function remember(index: Index, text: string | undefined, key: string): void {
  if (text === undefined) return
  const keys = index.get(text)
  if (keys) keys.add(key)
  else index.set(text, new Set([key]))
}

/** The layers of one merchant's table, latest first. */
type Stack = readonly Layer[]

/** One merchant's tables: an immutable seed and the changes over it, so that a reset just drops the changes. */
interface Holdings {
  readonly seed: ReadonlyMap<string, Layer>
  readonly changes: Map<string, Layer>
}

/** State in this process's memory. */
export class MemoryStore implements Store {
  readonly documents: Documents
  readonly #tables: readonly Table[]
  #merchants: Map<string, Holdings>
  readonly #turns = new Turns()

  /**
   * @param tables the tables that a world may have
   * @param seed what the store starts with and resets to
   */
  constructor(tables: readonly Table[], seed: World = {}, documents: Documents = new DocumentsCopy()) {
    this.#tables = tables
    this.documents = documents
    this.#merchants = seeded(tables, seed)
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result> {
    return this.#turns.take(async () => {
      const draft = new Draft(this.#merchants)
      const result = await work(draft.transaction)
      draft.keep()
      return result
    })
  }

  reset(mchid?: string, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => {
      if (along) this.documents.update(along)
      for (const [key, { seed }] of this.#merchants) {
        if (mchid === undefined || key === mchid) this.#merchants.set(key, { seed, changes: new Map() })
      }
    })
  }

  replace(world: World, along?: DocumentsChange): Promise<void> {
    return this.#turns.take(() => {
      if (along) this.documents.update(along)
      this.#merchants = seeded(this.#tables, world)
    })
  }
}

/** Groups a world by merchant, in layers that never change. */
function seeded(tables: readonly Table[], world: World): Map<string, Holdings> {
  const merchants = new Map<string, Map<string, Layer>>()
  for (const table of tables) {
    for (const row of world[table.name] ?? []) {
      layerOf(mapOf(merchants, table.owner(row)), table).set(keyOf(table.key(row)), row)
    }
  }
  return new Map([...merchants].map(([mchid, seed]) => [mchid, { seed, changes: new Map() }]))
}

/** One transaction's view: its own writes over the store's tables. */
class Draft {
  readonly #merchants: Map<string, Holdings>
  readonly #written = new Map<string, Map<string, Layer>>()
  readonly transaction: Transaction

  constructor(merchants: Map<string, Holdings>) {
    this.#merchants = merchants
    this.transaction = new LazyTransaction((table) => this.#repository(table))
  }

  /** Writes the draft into the store. */
  keep(): void {
    for (const [mchid, written] of this.#written) {
      const known = this.#merchants.get(mchid)
      const { changes } = known ?? { changes: new Map<string, Layer>() }
      if (!known) this.#merchants.set(mchid, { seed: new Map(), changes })
      for (const layer of written.values()) {
        const target = layerOf(changes, layer.table)
        for (const [key, value] of layer.rows) target.set(key, value)
      }
    }
  }

  #repository(table: Table): AnyRepository {
    const { name } = table
    return {
      find: (owner, ...key) => this.#find(owner, name, keyOf(key)),
      where: (index, text, owner) => {
        const textOf = table.indexes[index]
        return this.#owners(owner).flatMap((mchid) => {
          const stack = this.#stack(mchid, name)
          const keys = new Set(stack.toReversed().flatMap((layer) => [...layer.keysWhere(index, text)]))
          return [...keys].flatMap((key) => {
            const value = newest(stack, key)
            // A lower layer's index does not know whether a higher layer changed its values.
            return value !== undefined && textOf?.(value) === text ? [value] : []
          })
        })
      },
      list: (owner) =>
        this.#owners(owner).flatMap((mchid) => {
          const stack = this.#stack(mchid, name)
          const keys = new Set(stack.toReversed().flatMap((layer) => [...layer.rows.keys()]))
          return [...keys].flatMap((key) => newest(stack, key) ?? [])
        }),
      count: (owner) => this.#owners(owner).reduce((sum, mchid) => sum + this.#count(mchid, name), 0),
      save: (row) => this.#write(table.owner(row), table, keyOf(table.key(row)), row),
      delete: (owner, ...key) => this.#write(owner, table, keyOf(key), GONE),
    }
  }

  #find(owner: string, name: string, key: string): unknown {
    const written = this.#written.get(owner)?.get(name)?.rows.get(key)
    if (written !== undefined) return written === GONE ? undefined : written
    const holdings = this.#merchants.get(owner)
    const value = holdings?.changes.get(name)?.rows.get(key) ?? holdings?.seed.get(name)?.rows.get(key)
    return value === GONE ? undefined : value
  }

  /** Visits only the changes, since the seed may have a million rows. */
  #count(owner: string, name: string): number {
    const stack = this.#stack(owner, name)
    const seed = this.#merchants.get(owner)?.seed.get(name)?.rows
    const changed = new Set(stack.flatMap(({ rows }) => (rows === seed ? [] : [...rows.keys()])))
    const more = [...changed].map((key) => Number(newest(stack, key) !== undefined) - Number(seed?.has(key) ?? false))
    return more.reduce((sum, one) => sum + one, seed?.size ?? 0)
  }

  #write(owner: string, table: Table, key: string, change: Change): void {
    layerOf(mapOf(this.#written, owner), table).set(key, change)
  }

  /** The given merchant, or every one with rows in the store or in this draft. */
  #owners(owner: string | undefined): readonly string[] {
    return owner === undefined ? [...new Set([...this.#merchants.keys(), ...this.#written.keys()])] : [owner]
  }

  #stack(owner: string, name: string): Stack {
    const holdings = this.#merchants.get(owner)
    return [this.#written.get(owner)?.get(name), holdings?.changes.get(name), holdings?.seed.get(name)].filter(
      (layer) => layer !== undefined,
    )
  }
}

/** The value of a key in the topmost layer that has it. */
function newest(stack: Stack, key: string): unknown {
  for (const { rows } of stack) {
    const value = rows.get(key)
    if (value !== undefined) return value === GONE ? undefined : value
  }
  return undefined
}

function mapOf(merchants: Map<string, Map<string, Layer>>, mchid: string): Map<string, Layer> {
  const known = merchants.get(mchid)
  if (known) return known
  const made = new Map<string, Layer>()
  merchants.set(mchid, made)
  return made
}

function layerOf(layers: Map<string, Layer>, table: Table): Layer {
  const known = layers.get(table.name)
  if (known) return known
  const made = new Layer(table)
  layers.set(table.name, made)
  return made
}
