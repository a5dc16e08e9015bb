import { type Documents, type DocumentsChange, DocumentsCopy } from '../engine/state/documents.ts'
import {
  type AnyRepository,
  type Store,
  type Stretch,
  type Transaction,
  transactionOver,
  type World,
} from '../engine/state/store.ts'
import type { Table } from '../engine/state/table.ts'
import { type Awaitable, atOnce, inPauses, PIECE, Turns, type Work } from '../wire/shared/pieces.ts'
import { countWhile, type Item, itemsFrom, Layer, sizeOf } from './memory/layer.ts'
import { comparePlaces, encodePlace } from './sorted.ts'
import { encodeText } from './store-errors.ts'

/** A stretch of a sorted list, from the layers of its owners. */
function pageOf(
  layers: readonly Layer[],
  list: string,
  among: string,
  { after, offset = 0, limit }: Omit<Stretch, 'owner'>,
): readonly unknown[] {
  const start = after && encodePlace(after)
  // A few of thousands of merchants may have a callback that is due.
  const parts = layers.map((layer) => ({ layer, tree: layer.tree(list, among) })).filter(({ tree }) => sizeOf(tree) > 0)
  // A single merchant's list can find its nth row directly; several lists have to be merged up to there.
  const [skipped, passed] = parts.length === 1 ? [offset, 0] : [0, offset]
  const heads = parts.map(({ layer, tree }) => {
    const behind = start === undefined ? 0 : countWhile(tree, ({ place }) => comparePlaces(place, start) <= 0)
    const items = itemsFrom(tree, behind + skipped)
    return { layer, items, item: items.next().value }
  })
  const rows: unknown[] = []
  for (let at = 0; at < passed + limit; at++) {
    const first = heads.reduce<Head | undefined>((best, head) => (isBefore(head, best) ? head : best), undefined)
    if (!first?.item) break
    if (at >= passed) rows.push(first.layer.latest(first.item.row))
    first.item = first.items.next().value
  }
  return rows
}

/** The next item of one merchant's list, and those behind it. */
interface Head {
  readonly layer: Layer
  readonly items: Generator<Item, undefined>
  item: Item | undefined
}

function isBefore({ item }: Head, best: Head | undefined): boolean {
  if (!item) return false
  return best?.item === undefined || comparePlaces(item.place, best.item.place) < 0
}

/** One merchant's tables: an immutable seed and the changes over it, so that a reset just drops the changes. */
interface Holdings {
  readonly seed: ReadonlyMap<string, Layer>
  readonly changes: Map<string, Layer>
}

/** One transaction's view: its own writes over the store's tables. */
class Draft {
  readonly #merchants: Map<string, Holdings>
  readonly #written = new Map<string, Map<string, Layer>>()
  readonly transaction: Transaction

  constructor(merchants: Map<string, Holdings>) {
    this.#merchants = merchants
    this.transaction = transactionOver((table) => new DraftRepository(this, table))
  }

  keep(): void {
    for (const [mchid, written] of this.#written) {
      const known = this.#merchants.get(mchid)
      const { seed, changes } = known ?? { seed: new Map<string, Layer>(), changes: new Map<string, Layer>() }
      if (!known) this.#merchants.set(mchid, { seed, changes })
      for (const layer of written.values()) layerOf(changes, layer.table, seed.get(layer.table.name)).take(layer)
    }
  }

  /** The topmost layer of a merchant's table. */
  layer(owner: string, { name }: Table): Layer | undefined {
    return this.#written.get(owner)?.get(name) ?? this.#stored(owner, name)
  }

  /** The topmost layers of a table: that of the given merchant, or of every one with rows in the store or in this draft. */
  layers(owner: string | undefined, table: Table): readonly Layer[] {
    const owners = owner === undefined ? new Set([...this.#merchants.keys(), ...this.#written.keys()]) : [owner]
    return [...owners].flatMap((mchid) => this.layer(mchid, table) ?? [])
  }

  /** The layer that this draft writes to. */
  ownLayer(owner: string, table: Table): Layer {
    return layerOf(mapOf(this.#written, owner), table, this.#stored(owner, table.name))
  }

  #stored(owner: string, name: string): Layer | undefined {
    const holdings = this.#merchants.get(owner)
    return holdings?.changes.get(name) ?? holdings?.seed.get(name)
  }
}

class DraftRepository implements AnyRepository {
  readonly #draft: Draft
  readonly #table: Table

  constructor(draft: Draft, table: Table) {
    this.#draft = draft
    this.#table = table
  }

  find(owner: string, ...key: readonly string[]) {
    return this.#draft.layer(owner, this.#table)?.find(key)
  }

  where(index: string, text: string, owner?: string) {
    return this.#layers(owner).flatMap((layer) => layer.where(index, text))
  }

  list(owner?: string) {
    return this.#layers(owner).flatMap((layer) => layer.list())
  }

  count(owner?: string) {
    return this.#layers(owner).reduce((sum, { size }) => sum + size, 0)
  }

  page(list: string, among: string, { owner, ...stretch }: Stretch) {
    return pageOf(this.#layers(owner), list, encodeText(among), stretch)
  }

  countAmong(list: string, among: string, owner?: string) {
    return this.#layers(owner).reduce((sum, layer) => sum + sizeOf(layer.tree(list, encodeText(among))), 0)
  }

  save(row: unknown) {
    const table = this.#table
    this.#draft.ownLayer(table.owner(row), table).set(table.key(row), row)
  }

  delete(owner: string, ...key: readonly string[]) {
    this.#draft.ownLayer(owner, this.#table).set(key, undefined)
  }

  #layers(owner: string | undefined): readonly Layer[] {
    return this.#draft.layers(owner, this.#table)
  }
}

function mapOf(merchants: Map<string, Map<string, Layer>>, mchid: string): Map<string, Layer> {
  const known = merchants.get(mchid)
  if (known) return known
  const made = new Map<string, Layer>()
  merchants.set(mchid, made)
  return made
}

function layerOf(layers: Map<string, Layer>, table: Table, base?: Layer): Layer {
  const known = layers.get(table.name)
  if (known) return known
  const made = new Layer(table, base)
  layers.set(table.name, made)
  return made
}

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
    this.#merchants = atOnce(seeding(tables, seed))
  }

  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>, along?: DocumentsChange): Promise<Result> {
    return this.#turns.take(async () => {
      const draft = new Draft(this.#merchants)
      const result = await work(draft.transaction)
      if (along) this.documents.update(along)
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
    const work = seeding(this.#tables, world)
    const use = (seeded: Map<string, Holdings>) =>
      this.#turns.take(() => {
        if (along) this.documents.update(along)
        this.#merchants = seeded
      })
    // Transactions go on while a large world is put together.
    const { done, value } = work.next()
    return done ? use(value) : inPauses(work).then(use)
  }
}

/** Groups a world by merchant, in layers that never change. */
function* seeding(tables: readonly Table[], world: World): Work<Map<string, Holdings>> {
  const merchants = new Map<string, Map<string, Layer>>()
  for (const table of tables) {
    for (const [i, row] of (world[table.name] ?? []).entries()) {
      if (i % PIECE === PIECE - 1) yield
      layerOf(mapOf(merchants, table.owner(row)), table).set(table.key(row), row)
    }
  }
  return new Map([...merchants].map(([mchid, seed]) => [mchid, { seed, changes: new Map() }]))
}
