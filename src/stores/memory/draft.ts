import { type AnyRepository, type Stretch, type Transaction, transactionOver } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import { encodeText } from '../encode-text.ts'
import { Layer } from './layer.ts'
import { pageOf } from './page.ts'
import { sizeOf } from './tree.ts'

/** One merchant's tables: an immutable seed and the changes over it, so that a reset just drops the changes. */
export interface Holdings {
  readonly seed: ReadonlyMap<string, Layer>
  readonly changes: Map<string, Layer>
}

/** One transaction's view: its own writes over the store's tables. */
export class Draft {
  readonly #merchants: Map<string, Holdings>
  readonly #written = new Map<string, Map<string, Layer>>()
  readonly transaction: Transaction

  constructor(merchants: Map<string, Holdings>) {
    this.#merchants = merchants
    this.transaction = transactionOver((table) => new DraftRepository(this, table))
  }

  /** Writes the draft into the store. */
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

/** One table of a draft. */
class DraftRepository implements AnyRepository {
  readonly #draft: Draft
  readonly #table: Table

  constructor(draft: Draft, table: Table) {
    this.#draft = draft
    this.#table = table
  }

  find(owner: string, ...key: readonly string[]) {
    return this.#draft.layer(owner, this.#table)?.find(keyOf(key))
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
    this.#draft.ownLayer(table.owner(row), table).set(keyOf(table.key(row)), row)
  }

  delete(owner: string, ...key: readonly string[]) {
    this.#draft.ownLayer(owner, this.#table).set(keyOf(key), undefined)
  }

  #layers(owner: string | undefined): readonly Layer[] {
    return this.#draft.layers(owner, this.#table)
  }
}

export function mapOf(merchants: Map<string, Map<string, Layer>>, mchid: string): Map<string, Layer> {
  const known = merchants.get(mchid)
  if (known) return known
  const made = new Map<string, Layer>()
  merchants.set(mchid, made)
  return made
}

export function layerOf(layers: Map<string, Layer>, table: Table, base?: Layer): Layer {
  const known = layers.get(table.name)
  if (known) return known
  const made = new Layer(table, base)
  layers.set(table.name, made)
  return made
}
