import { type CallFacts, catalogueIndex, englishOf, type FieldFacts, factsOf } from '../../src/catalogue/facts.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { nearestWord, type Texts } from '../../src/wire/shared/texts.ts'

/** A product to write: the calls about one row, and how that is called. */
export interface Plan {
  /** The folder and the id of the product. */
  readonly folder: string
  readonly title: Texts
  /** The name of a row within a sentence, in English: `pay score order`. */
  readonly one: string
  /** The member that identifies a row. */
  readonly key: string
  /** The member that says the state, if the page lists its values. */
  readonly state?: FieldFacts
  readonly look: CallFacts
  /** The call that makes a row, where a merchant makes it. */
  readonly create?: CallFacts
  /** Further calls about one row. */
  readonly more: readonly CallFacts[]
}

/** Method and path, by which the catalogue names a call. */
export const addressOf = ({ method, path }: Pick<CallFacts, 'method' | 'path'>): string => `${method} ${path}`

export const variablesOf = ({ path }: CallFacts): string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)

/**
 * Chooses the row of a product: the one that a call looks up, preferably one with a state.
 *
 * @param look method and path of the call that looks the row up. Default: the first that fits
 * @param simulated calls that have rules already
 * @throws UsageError `MOCK_PRODUCT` for a product that the catalogue does not have, that has no such call or that is begun already
 */
export function planFor(id: string, look?: string, simulated: ReadonlySet<string> = new Set()): Plan {
  const product = catalogueIndex.products.find((one) => one.id === id)
  if (!product) throw unknownProduct(id)
  const told = factsOf(id).calls
  // A simulated call has to say where its official page is.
  const calls = told.filter(({ reported }) => !reported)
  if (calls.length === 0) throw withoutPages(id)
  const done = calls.filter((call) => simulated.has(addressOf(call)))
  if (done.length > 0) throw begun(id, done)
  const looks = calls.filter(looksUp)
  const chosen = look === undefined ? (looks.find(stateIn) ?? looks[0]) : looks.find((call) => addressOf(call) === look)
  if (!chosen) throw noRow(look ?? id, looks)
  const key = variablesOf(chosen).at(-1) ?? numberIn(chosen)
  const create = calls.find((call) => makes(call, key) && sameStart(call, chosen))
  const start = create?.path ?? chosen.path.replace(/\{\w+\}$/, '')
  const more = calls.filter(
    (call) => call !== chosen && variablesOf(call).includes(key) && call.path.startsWith(start) && !call.answerType,
  )
  const [, one = id] = /^\w+ (?:an? |the )?(.*?)(?: (?:by|of|with) .*)?$/.exec(englishOf(addressOf(chosen))) ?? []
  const state = stateIn(chosen)
  return {
    folder: id,
    title: product.title,
    one,
    key,
    look: chosen,
    more,
    ...(create && { create }),
    ...(state && { state }),
  }
}

/** Whether a call answers with one row, and not with a page of a list. */
function looksUp({ method, answer = [] }: CallFacts): boolean {
  return method === 'GET' && answer.length > 1 && !answer.some(({ name }) => name === 'total_count')
}

function stateIn({ answer = [] }: CallFacts): FieldFacts | undefined {
  return answer.find(
    ({ name, type, list, values }) => type === 'string' && !list && values && /state|status/.test(name),
  )
}

/** The merchant's own number in a query, by the way that such members are named. */
function numberIn({ query = [] }: CallFacts): string {
  const named = (form: RegExp) => query.find(({ name }) => form.test(name))
  return (named(/^out_.*_no$/) ?? named(/_no$/) ?? named(/_id$/))?.name ?? 'id'
}

function makes({ method, path, body = [], answer = [] }: CallFacts, key: string): boolean {
  return method === 'POST' && !path.includes('{') && [...body, ...answer].some(({ name }) => name === key)
}

/** Whether two calls are about the same kind of thing: the first segments of their paths, behind `/v3/`, are the same. */
function sameStart(one: CallFacts, other: CallFacts): boolean {
  const start = ({ path }: CallFacts) => path.split('/').slice(0, 4).join('/')
  return start(one) === start(other)
}

function unknownProduct(id: string): UsageError {
  const ids = catalogueIndex.products.map((product) => product.id)
  const near = nearestWord(id, ids)
  return new UsageError('MOCK_PRODUCT', {
    en: `The catalogue has no product ${id || '(none was named)'}${near === undefined ? '.' : `; did you mean ${near}?`} It has: ${ids.join(', ')}.`,
    zh: `目录中没有产品 ${id || '（未指定）'}${near === undefined ? '' : `，是否应为 ${near}？`}现有：${ids.join('、')}。`,
  })
}

function withoutPages(id: string): UsageError {
  return new UsageError('MOCK_PRODUCT', {
    en: `${id} has no official pages: its calls are known from reports alone, so their rules are written by hand, with defineOperation.`,
    zh: `${id} 没有官方页面：其接口仅见于第三方资料，规则须用 defineOperation 手写。`,
  })
}

function begun(id: string, calls: readonly CallFacts[]): UsageError {
  return new UsageError('MOCK_PRODUCT', {
    en: `${id} has calls with rules already: ${calls.map(addressOf).join(', ')}.`,
    zh: `${id} 已有带规则的接口：${calls.map(addressOf).join('、')}。`,
  })
}

function noRow(named: string, looks: readonly CallFacts[]): UsageError {
  const some = looks.map(addressOf)
  return new UsageError('MOCK_PRODUCT', {
    en: `${named} does not look up a single row${some.length === 0 ? '' : `; these calls do: ${some.join(', ')}`}.`,
    zh: `${named} 不是查询单条数据的接口${some.length === 0 ? '' : `，可用的有：${some.join('、')}`}。`,
  })
}
