import type { Answer, Expected } from '../plans.ts'
import {
  type Batch,
  type Book,
  batchState,
  type CodeMode,
  type End,
  exists,
  forbidden,
  impossible,
  invalid,
  type Period,
  type Product,
  shownBatch,
  shownProduct,
  sumOf,
  unknown,
} from './book.ts'

/** Who asks, for which brand. */
export interface Whose {
  readonly by: string
  readonly brand: string
}

/** A request number with all that it came with. */
export interface Numbered extends Whose {
  readonly no: string
  readonly values: unknown
}

/** The values of a batch that is to be added, or of all rounds of a bundle. */
export interface WantedBatch {
  readonly mode: CodeMode
  readonly max: number
  readonly byDay?: number
  readonly byUser: number
  readonly period: Period
}

const scopeOf = (operation: string, { by, brand, no }: Numbered) => `${operation} ${by} ${brand} ${no}`

/** Finds a product coupon as its partner does. */
export function productFor({ products, withdrawn }: Book, key: string, { by, brand }: Whose): Product | Expected {
  if (withdrawn.has(`${by} ${brand}`)) return forbidden
  const product = products.get(key)
  return product && product.by === by && product.brand === brand ? product : unknown
}

/** Finds a batch as its partner does. */
export function batchFor(book: Book, key: string, whose: Whose): Batch | Expected {
  const batch = book.batches.get(key)
  const product = productFor(book, batch?.product ?? '', whose)
  return 'status' in product ? product : (batch ?? unknown)
}

const isActive = (book: Book, batch: Batch) => ['SENDING', 'PAUSED'].includes(batchState(batch, book.now))

function shownBundle(book: Book, bundle: string) {
  const stock_list = book.roundsOf(bundle).map(([, one]) => shownBatch(book, one))
  return { stock_bundle_id: book.bundles.get(bundle), stock_list }
}

const ok = (body: object): Expected => ({ status: 200, body })

/** Adds a batch, or the rounds of a bundle. */
function add(book: Book, key: string, product: string, rounds: number, wanted: WantedBatch, given: unknown): void {
  const { stock_id, stock_bundle_id, stock_list = [] } = Object(given)
  if (rounds > 1) book.bundles.set(key, stock_bundle_id)
  for (let round = 0; round < rounds; round += 1) {
    const ids = rounds > 1 ? { id: stock_list[round]?.stock_id, bundle: key } : { id: stock_id }
    const name = rounds > 1 ? `${key}#${round}` : key
    const { byDay, ...others } = wanted
    // Only the first round has the limit of a day: the others go with it.
    const limits = round === 0 && byDay !== undefined ? { ...others, byDay } : others
    book.batches.set(name, { ...limits, ...ids, product, round, sent: new Map(), codes: new Map() })
  }
}

/** Makes a product coupon together with its first batch or bundle. */
export function createProduct(
  book: Book,
  key: string,
  {
    rounds,
    intervalDays,
    wanted,
    ...numbered
  }: Numbered & {
    readonly rounds: number
    readonly intervalDays: number
    readonly wanted: WantedBatch
  },
  answer: Answer | undefined,
): Expected {
  const { by, brand, values } = numbered
  if (book.withdrawn.has(`${by} ${brand}`)) return forbidden
  const first = `${key}/0`
  return book.once(scopeOf('create', numbered), values, {
    reused: exists,
    act: () => {
      const { product_coupon_id: id = '', stock, stock_bundle } = answer?.body ?? {}
      book.products.set(key, { by, brand, rounds, intervalDays, id: String(id) })
      add(book, first, key, rounds, wanted, rounds > 1 ? stock_bundle : stock)
      return key
    },
    again: () => {
      const product = book.productAt(key)
      // The answer has no room for why one has ended.
      const { product_coupon_id, brand_id, usage_mode, state } = shownProduct(product)
      const parts =
        rounds > 1 ? { stock_bundle: shownBundle(book, first) } : { stock: shownBatch(book, book.batchAt(first)) }
      return ok({ product_coupon_id, brand_id, usage_mode, state, ...parts })
    },
  })
}

/** Adds a batch to a product coupon of one use, or a bundle to one of several. */
export function addBatch(
  book: Book,
  key: string,
  product: string,
  asBundle: boolean,
  { wanted, ...numbered }: Numbered & { readonly wanted: WantedBatch },
  answer: Answer | undefined,
): Expected {
  const found = productFor(book, product, numbered)
  if ('status' in found) return found
  const { rounds, end } = found
  return book.once(scopeOf(asBundle ? 'add bundle' : 'add', numbered), [product, numbered.values], {
    reused: exists,
    act: () => {
      if (end || asBundle !== rounds > 1) return invalid
      add(book, key, product, rounds, wanted, answer?.body)
      return key
    },
    again: (made) => ok(asBundle ? shownBundle(book, made) : shownBatch(book, book.batchAt(made))),
  })
}

/** Ends a product coupon and all its batches. */
export function endProduct(book: Book, key: string, numbered: Numbered & { readonly reason: string }): Expected {
  const product = productFor(book, key, numbered)
  if ('status' in product) return product
  const { no, reason } = numbered
  return book.once(scopeOf('end product', numbered), [key, numbered.values], {
    act: () => {
      if (product.end) return invalid
      product.end = { no, at: book.now, reason }
      for (const batch of book.batches.values()) {
        if (batch.product === key) batch.end ??= { ...product.end }
      }
      return key
    },
    again: () => ok(shownProduct(product)),
  })
}

export function endBatch(book: Book, key: string, numbered: Numbered & { readonly reason: string }): Expected {
  const batch = batchFor(book, key, numbered)
  if ('status' in batch) return batch
  const { no, reason } = numbered
  return book.once(scopeOf('end batch', numbered), [key, numbered.values], {
    act: () => {
      if (!isActive(book, batch)) return invalid
      batch.end = { no, at: book.now, reason } satisfies End
      return key
    },
    // The answer has no room for its bundle.
    again: () => ok({ ...shownBatch(book, batch), stock_bundle_info: undefined }),
  })
}

export interface WantedBudget {
  readonly mode: 'MAX_COUNT' | 'MAX_COUNT_PER_DAY'
  readonly current: number
  readonly target: number
}

/** Pauses a batch or lets it go on, as WeChat's console does. */
export function pause(book: Book, key: string, isPaused: boolean): Expected {
  const batch = book.batches.get(key)
  if (!batch) return impossible
  batch.isPaused = isPaused
  return { status: 200 }
}

/** Changes the budget of a batch that is in no bundle, or of all rounds of a bundle. */
export function changeBudget(
  book: Book,
  key: string,
  asBundle: boolean,
  { budget, ...numbered }: Numbered & { readonly budget: WantedBudget },
): Expected {
  const rounds = asBundle ? book.roundsOf(key) : [[key, book.batches.get(key)] as const]
  const found = batchFor(book, rounds[0]?.[0] ?? '', numbered)
  if ('status' in found) return found
  const all = rounds.flatMap(([, one]) => (one ? [one] : []))
  return book.once(scopeOf(asBundle ? 'bundle budget' : 'budget', numbered), [key, numbered.values], {
    act: () => {
      if (!asBundle && found.bundle !== undefined) return invalid
      const { mode, current, target } = budget
      const isTotal = mode === 'MAX_COUNT'
      for (const batch of all) {
        if (!isActive(book, batch)) return invalid
        const present = isTotal ? batch.max : batch.round === 0 ? batch.byDay : current
        if (present !== current) return invalid
        if (isTotal && target < sumOf([...batch.sent.values()])) return invalid
      }
      for (const batch of all) {
        if (isTotal) batch.max = target
        else if (batch.round === 0) batch.byDay = target
      }
      return key
    },
    again: () => ok(asBundle ? shownBundle(book, key) : shownBatch(book, found)),
  })
}

/** Stores codes of the merchant's own for a batch, each once. */
export function uploadCodes(
  book: Book,
  key: string,
  { codes, ...numbered }: Numbered & { readonly codes: readonly string[] },
): Expected {
  const batch = batchFor(book, key, numbered)
  if ('status' in batch) return batch
  const scope = scopeOf('upload', numbered)
  const all = [...new Set(codes)]
  const fresh = all.filter((code) => !batch.codes.has(code))
  const isRepeat = book.numbers.has(scope)
  return book.once(scope, [key, numbered.values], {
    act: () => {
      if (batch.mode !== 'UPLOAD' || !isActive(book, batch)) return invalid
      if (fresh.length > 0 && batch.codes.size + fresh.length > batch.max) return invalid
      for (const code of fresh) batch.codes.set(code, false)
      return key
    },
    // A repeat says of the codes what the first answer said, or that they are known by now: the page does not say which.
    again: () =>
      ok({
        total_count: all.length,
        ...(!isRepeat && {
          ...listed('success_code_list', fresh),
          ...listed(
            'already_exist_code_list',
            all.filter((code) => !fresh.includes(code)),
          ),
        }),
      }),
  })
}

const listed = (name: string, codes: readonly string[]) => (codes.length > 0 ? { [name]: codes } : {})

export function queryBatch(book: Book, key: string, whose: Whose): Expected {
  const batch = batchFor(book, key, whose)
  return 'status' in batch ? batch : ok(shownBatch(book, batch))
}

export function queryProduct(book: Book, key: string, whose: Whose): Expected {
  const product = productFor(book, key, whose)
  return 'status' in product ? product : ok(shownProduct(product))
}

/** Batches of a product coupon, in any order. */
export const batchesOf = ({ batches }: Book, product: string): readonly (readonly [string, Batch])[] =>
  [...batches].filter(([, one]) => one.product === product)
