/** Makes the catalogue of the vendor's pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallFacts, CatalogueIndex, Correction, ErrorFacts, ProductFacts } from '../../src/catalogue/facts.ts'
import { type Differ, mergeCalls, mergeEvents } from './merge.ts'
import { correct } from './overlay.ts'
import { plain, readPage, Unreadable } from './page.ts'
import { productOfCallback, productOfPath, products } from './products.ts'
import { type CallPage, readCall } from './read-call.ts'
import { type EventPage, readEvents } from './read-event.ts'
import { routeOf } from './shape.ts'

/** Everything that the files say. */
export interface Catalogue {
  readonly index: CatalogueIndex
  readonly products: ReadonlyMap<string, ProductFacts>
}

/** What the pages say, before it is merged. */
export interface Pages {
  readonly date: string
  readonly calls: CallPage[]
  /** With their place in the menu, which tells their product. */
  readonly events: (EventPage & { readonly menu: string })[]
  /** How many pages there are of calls and callbacks, and how many of each other sort. */
  readonly counts: Map<string, number>
}

/** Told of what cannot be read, and of what does not fit. */
export type Refuse = (problem: string) => void

const AUDIENCES = ['merchant', 'partner'] as const

const NEEDED = ['index.json', 'llms.txt', 'pages'] as const

/** What a checkout of the pages has and the directory does not. */
export const missingIn = (directory: string): string[] =>
  AUDIENCES.flatMap((audience) => NEEDED.map((name) => `docs/${audience}/${name}`)).filter(
    (path) => !existsSync(join(directory, path)),
  )

/** Reads all pages of the menus, and goes on after one that cannot be read. */
export function readPages(directory: string, refuse: Refuse): Pages {
  const pages: Pages = { date: dateOf(directory), calls: [], events: [], counts: new Map() }
  const count = (sort: string, more = 1) => pages.counts.set(sort, (pages.counts.get(sort) ?? 0) + more)
  for (const audience of AUDIENCES) {
    const folder = `docs/${audience}`
    const menu = menuOf(directory, `${folder}/index.json`, refuse)
    const listed = new Set(menu.map(({ docId }) => `${docId}.md`))
    count('in no menu', readdirSync(join(directory, folder, 'pages')).filter((name) => !listed.has(name)).length)
    for (const { docId, title, fullPath } of menu) {
      const file = `${folder}/pages/${docId}.md`
      const source = { id: `${audience.charAt(0)}${docId}`, audience, title: plain(title).replace(/\s+/g, ' ') }
      try {
        if (!existsSync(join(directory, file))) throw new Unreadable(file, 1, 'in the menu, but not there')
        const page = readPage(file, readFileSync(join(directory, file), 'utf8'))
        const calls = readCall(page, source)
        const events = readEvents(page, source)
        pages.calls.push(...calls)
        pages.events.push(
          ...events.map((event) => ({ ...event, menu: `${audience.charAt(0)} ${fullPath} > ${title}` })),
        )
        const isOfCall = page.lines.some((line) => line.startsWith('请求方式：'))
        if (calls.length + events.length > 0) count('of calls and callbacks')
        else count(isOfCall ? 'of calls to other hosts' : 'of neither a call nor a callback')
      } catch (problem) {
        if (!(problem instanceof Unreadable)) throw problem
        refuse(problem.message)
      }
    }
  }
  return pages
}

interface MenuEntry {
  readonly docId: string
  readonly title: string
  readonly fullPath: string
}

function menuOf(directory: string, file: string, refuse: Refuse): readonly MenuEntry[] {
  try {
    const { nodes }: { nodes?: MenuEntry[] } = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    if (Array.isArray(nodes)) return nodes
  } catch (problem) {
    if (!(problem instanceof SyntaxError)) throw problem
  }
  refuse(`${file}:1: no list of nodes in JSON`)
  return []
}

/** The later of the days that the two menus are of. */
function dateOf(directory: string): string {
  const menus = AUDIENCES.map((audience) => readFileSync(join(directory, 'docs', audience, 'llms.txt'), 'utf8'))
  const days = menus.map((menu) => /更新时间：(\d{4})\.(\d\d)\.(\d\d)/.exec(menu)?.slice(1).join('-') ?? '')
  return days.toSorted().at(-1) ?? ''
}

/** What a catalogue is made of. */
export interface Ingredients {
  readonly pages: Pages
  /** Calls of the second source. */
  readonly reported: readonly CallFacts[]
  readonly corrections: readonly Correction[]
}

export function buildCatalogue(
  { pages, reported, corrections }: Ingredients,
  differ: Differ,
  refuse: Refuse,
): Catalogue {
  const documented = mergeCalls(pages.calls, differ)
  const routes = new Set(documented.map(routeOf))
  const calls = [...documented, ...reported.filter((call) => !routes.has(routeOf(call)))]
  const homeless = [
    ...calls.filter(({ path }) => productOfPath(path) === undefined).map(({ method, path }) => `${method} ${path}`),
    ...pages.events
      .filter(({ menu }) => productOfCallback(menu) === undefined)
      .map(({ id, menu }) => `${id} (${menu})`),
  ]
  for (const one of homeless) refuse(`${one}: give it a product in tools/catalogue/products.ts`)

  const shared = errorsOfMost(documented)
  const isShared = (row: ErrorFacts) => shared.some((one) => String(one) === String(row))
  const facts = products.map((product): [string, ProductFacts] => {
    const events = pages.events.filter(({ menu }) => productOfCallback(menu) === product)
    const own = calls.filter(({ path }) => productOfPath(path) === product)
    return [
      product.id,
      {
        calls: own.map((call) => ({ ...call, errors: call.errors.filter((row) => !isShared(row)) })),
        events: mergeEvents(events, pages.calls, differ),
      },
    ]
  })
  const full = facts.filter(([, { calls: its, events }]) => its.length + events.length > 0)
  const corrected = correct(new Map(full), corrections, refuse)
  const titles = new Map(products.map(({ id, title }) => [id, title]))
  return {
    index: {
      date: pages.date,
      errors: shared,
      products: [...corrected].map(([id, { calls: its, events }]) => ({
        id,
        title: titles.get(id) ?? { en: id, zh: id },
        calls: its.map(({ method, path }) => `${method} ${path}`),
        events: events.map(({ type }) => type),
      })),
    },
    products: corrected,
  }
}

/** 公共错误码: the rows that most calls have. */
function errorsOfMost(calls: readonly CallFacts[]): ErrorFacts[] {
  const rows = Map.groupBy(
    calls.flatMap(({ errors }) => errors),
    String,
  )
  return [...rows.values()].filter((same) => same.length > calls.length / 2).flatMap((same) => same.slice(0, 1))
}
