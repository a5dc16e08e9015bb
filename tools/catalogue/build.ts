/** Builds the catalogue from the vendor's pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallFacts, CatalogueIndex, Correction, ErrorFacts, ProductFacts } from '../../src/catalogue/facts.ts'
import { mergeCalls, mergeEvents } from './merge.ts'
import { correct } from './overlay.ts'
import { type Differ, plain, type Refuse, readOr, readPage, Unreadable } from './page.ts'
import { productOfCallback, productOfPath, products } from './products.ts'
import { type CallPage, readCall } from './read-call.ts'
import { type EventPage, readEvents } from './read-event.ts'
import { addressOf, routeOf } from './shape.ts'
import type { Sentence } from './words.ts'

/** Content of the catalogue's files. */
export interface Catalogue {
  readonly index: CatalogueIndex
  readonly products: ReadonlyMap<string, ProductFacts>
}

/** The facts of each page, before they are merged. */
export interface Pages {
  /** Dates of the menus. */
  readonly days: string[]
  readonly calls: CallPage[]
  readonly events: EventPage[]
  /** Number of pages of each sort. */
  readonly counts: Map<string, number>
  /** Those about limits of requests. */
  readonly sentences: Sentence[]
}

const AUDIENCES = ['merchant', 'partner'] as const

/** Files of a checkout of the pages that are needed. */
export const NEEDED = AUDIENCES.flatMap((audience) =>
  ['index.json', 'llms.txt', 'pages'].map((name) => `docs/${audience}/${name}`),
)

/** Reads all pages of the menus, and continues after an unreadable one. */
export function readPages(directory: string, refuse: Refuse): Pages {
  const pages: Pages = { days: [], calls: [], events: [], counts: new Map(), sentences: [] }
  const count = (sort: string) => pages.counts.set(sort, (pages.counts.get(sort) ?? 0) + 1)
  for (const audience of AUDIENCES) {
    const folder = `docs/${audience}`
    const letter = audience.charAt(0)
    const menu = readOr([], refuse, () => menuOf(directory, `${folder}/index.json`))
    const day = /更新时间：([\d.]+)/.exec(readFileSync(join(directory, folder, 'llms.txt'), 'utf8'))?.[1]
    pages.days.push(day?.replaceAll('.', '-') ?? '')
    const listed = new Set(menu.map(({ docId }) => `${docId}.md`))
    for (const name of readdirSync(join(directory, folder, 'pages'))) if (!listed.has(name)) count('in no menu')
    for (const { docId, title: written, fullPath } of menu) {
      const title = plain(written).replace(/\s+/g, ' ')
      const source = { id: `${letter}${docId}`, audience, title, menu: `${letter} ${fullPath} > ${written}` }
      readOr(undefined, refuse, () => {
        const file = `${folder}/pages/${docId}.md`
        if (!existsSync(join(directory, file))) throw new Unreadable(file, 1, 'in the menu, but not there')
        const page = readPage(file, readFileSync(join(directory, file), 'utf8'))
        const [calls, events] = [
          readCall(page, source, (sentence) => pages.sentences.push(sentence)),
          readEvents(page, source),
        ]
        pages.calls.push(...calls)
        pages.events.push(...events)
        if (calls.length + events.length > 0) count('of calls and callbacks')
        else if (page.lines.some((line) => line.startsWith('请求方式：'))) count('of calls to other hosts')
        else count('of neither a call nor a callback')
      })
    }
  }
  return pages
}

type Menu = readonly { readonly docId: string; readonly title: string; readonly fullPath: string }[]

function menuOf(directory: string, file: string): Menu {
  try {
    const { nodes }: { nodes?: Menu } = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    if (Array.isArray(nodes)) return nodes
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem
  }
  throw new Unreadable(file, 1, 'no list of nodes in JSON')
}

/** Combines the pages, the calls that only the second source has, and the corrections. */
export function buildCatalogue(
  pages: Pages,
  reported: readonly CallFacts[],
  corrections: readonly Correction[],
  { differ, refuse }: { readonly differ: Differ; readonly refuse: Refuse },
): Catalogue {
  const documented = mergeCalls(pages.calls, differ)
  const added = corrections.flatMap(({ at, is }) => (at.includes('call') ? [is as CallFacts] : []))
  const byRoute = Map.groupBy([...documented, ...reported, ...added], routeOf)
  const calls = [...byRoute.values()].flatMap((same) => same.slice(0, 1))
  const callsOf = Map.groupBy(calls, ({ path }) => productOfPath(path))
  const eventsOf = Map.groupBy(pages.events, ({ menu }) => productOfCallback(menu))
  const pagesWithout = (eventsOf.get(undefined) ?? []).map(({ id, menu }) => `${id} (${menu})`)
  for (const one of [...(callsOf.get(undefined) ?? []).map(addressOf), ...pagesWithout])
    refuse(`${one}: give it a product in tools/catalogue/products.ts`)

  const shared = errorsOfMost(documented)
  const isShared = (row: ErrorFacts) => shared.some((one) => String(one) === String(row))
  const facts = new Map<string, ProductFacts>()
  for (const [id] of products) {
    const own = callsOf.get(id)?.map((call) => ({ ...call, errors: call.errors.filter((row) => !isShared(row)) })) ?? []
    const events = mergeEvents(eventsOf.get(id) ?? [], pages.calls, differ)
    if (own.length + events.length > 0) facts.set(id, { calls: own, events })
  }
  const corrected = correct(facts, corrections, refuse)
  const listed = products.flatMap(([id, en, zh]) => {
    const own = corrected.get(id)
    if (own === undefined) return []
    return { id, title: { en, zh }, calls: own.calls.map(addressOf), events: own.events.map(({ type }) => type) }
  })
  return { index: { date: pages.days.toSorted().at(-1) ?? '', errors: shared, products: listed }, products: corrected }
}

/** 公共错误码: the rows that most calls have. */
function errorsOfMost(calls: readonly CallFacts[]): ErrorFacts[] {
  const rows = calls.flatMap(({ errors }) => errors)
  return [...Map.groupBy(rows, String).values()].flatMap((same) =>
    same.length > calls.length / 2 ? same.slice(0, 1) : [],
  )
}
