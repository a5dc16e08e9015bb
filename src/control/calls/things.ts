import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { memberOf } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { unhurried } from '../../wire/shared/pieces.ts'
import { type CallContext, defineCall } from '../call.ts'
import { describeLife } from '../formats/overview.ts'
import { pageQuery } from '../formats/page.ts'
import {
  exchangeThingJson,
  type PhonePage,
  phonePageJson,
  type ShownThing,
  shownThingJson,
  type ThingKind,
  thingKindJson,
  thingPageJson,
} from '../formats/thing.ts'
import { transitionsIn } from '../life.ts'
import {
  describeThings,
  eventsOf,
  MOST_THINGS,
  namedRow,
  othersChanged,
  readBelonging,
  readThings,
  thingsOfExchange,
  touchingHistory,
} from '../things/read-things.ts'
import { namedThing, type ServedThing, servedThings } from '../things/served-things.ts'
import { completeJson, pagesOf, showFacts, showListed } from '../things/shown.ts'
import { type CallFinder, describeTake, findCalls, takeOf } from '../things/take.ts'
import type { BelongingTo } from '../things/thing.ts'
import { type TimelineEntry, timelineQuery } from '../timeline.ts'
import { exchangeParams, exchangeRefusals, namedExchange } from './journal.ts'

/** Rows of other tables shown at once on a thing's page. */
const RELATED_SHOWN = 20
const MOST_RELATED = 100
/** How many things of each kind, the newest, are looked through for pages on the phone. */
const PAGES_FROM = 20

const thingParams = z.object({ thing: z.string().describe('which kind, as in a seed file') })

const refusals = {
  MOCK_THING_UNKNOWN: { status: 404, when: 'there is no such kind of things, or no such thing' },
} as const

export const things = defineCall({
  summary: 'The kinds of things that the mock shows, product by product, and what makes one',
  answer: z.array(thingKindJson),
  async handle(_, context) {
    const { mock } = context
    const finder = findCalls(mock.products, context.calls)
    return (await servedThings(mock)).map((thing) => describeKind(thing, finder))
  },
})

function describeKind(thing: ServedThing, finder: CallFinder): ThingKind {
  const { id, table, product, one, isListed, life, search, none, makes = [] } = thing
  const title = table.title ?? { en: id, zh: id }
  return {
    id,
    table: table.name,
    title: { ...title },
    one: { ...(one ?? title) },
    product: product.id,
    listed: isListed ?? true,
    ...(life && { life: describeLife(life) }),
    events: Object.fromEntries(Object.entries(eventsOf(thing)).map(([event, texts]) => [event, { ...texts }])),
    ...(search && { search: { ...search.hint } }),
    ...(none && { none: { ...none } }),
    makes: makes.map((make) => ({
      ...('of' in make
        ? { title: { ...make.title }, of: memberOf(make.of), call: make.call }
        : describeTake(finder, make)),
      ...(make.made && { made: [...make.made] }),
    })),
  }
}

export const thingPage = defineCall({
  summary: 'Look for things of a kind, page by page: the newest first where the kind has an order in time',
  params: thingParams,
  query: pageQuery.extend({
    mchid: mchid.optional().describe('whose; any if left out'),
    state: z.string().max(100).optional(),
    of: z
      .string()
      .max(2_000)
      .optional()
      .describe('those that another thing has: its kind, a slash, its name as in the path of one thing'),
  }),
  answer: thingPageJson,
  refusals: {
    ...refusals,
    MOCK_INPUT: 'the other thing has none of this kind',
    MOCK_THINGS_UNSORTED: {
      status: 409,
      when: 'there are too many rows to sort, and their table has no sorted list `newest`',
    },
  },
  async handle({ params, query: { of, ...query } }, { mock, left }) {
    const thing = await namedThing(mock, params.thing)
    const wanted = { ...query, left }
    const { items, ...rest } =
      of === undefined ? await readThings(mock, thing, wanted) : await readOf(mock, thing, of, wanted)
    const now = mock.clock.now()
    return { ...rest, items: await showAll(mock, thing, items, now) }
  },
})

function showAll(mock: Mock, thing: ServedThing, rows: readonly unknown[], now: number) {
  return mock.store.transaction(async (tx) => {
    const shown: ReturnType<typeof showListed>[] = []
    for (const row of rows) shown.push(showListed(thing, row, now, await completeJson(tx, thing, row, now)))
    return shown
  })
}

const OF = '/query/of'

async function readOf(mock: Mock, thing: ServedThing, of: string, wanted: Parameters<typeof readThings>[2]) {
  const [kind = '', ...name] = of.split('/')
  const parent = await namedThing(mock, kind, OF)
  const belonging = thing.belongs?.find(({ to, list }) => to === parent.table && list)
  if (!belonging) {
    throw refusalAt(OF, 'MOCK_INPUT', {
      en: `${OF}: ${kind} have no list of ${thing.id}.`,
      zh: `${OF}：${kind} 没有 ${thing.id} 的列表。`,
    })
  }
  const row = await namedRow(mock, parent, name.join('/'), OF)
  return readBelonging(mock, thing, belonging, { table: parent.table, row }, wanted)
}

export const thing = defineCall({
  summary: 'A thing as it stands now, what can be done to it, what belongs to it, and what happened to it',
  params: thingParams.extend({
    name: z.string().describe('its owner and the parts of its key, each escaped, with a slash between them'),
  }),
  query: timelineQuery.omit({ mchid: true }),
  answer: shownThingJson,
  refusals,
  async handle({ params, query: { limit } }, context) {
    const { mock, language, left, exchanges = await mock.exchanges.list() } = context
    const kind = await namedThing(mock, params.thing)
    const row = await namedRow(mock, kind, params.name)
    const now = mock.clock.now()
    const { json, facts } = await mock.store.transaction(async (tx) => {
      const json = await completeJson(tx, kind, row, now)
      return { json, facts: await showFacts(tx, mock.tables, kind, { row, json, now }) }
    })
    const { name, heading, about, state } = showListed(kind, row, now, json)
    const history = { mock, language, now, limit, exchanges, left }
    const { entries, total } = kind.history
      ? await kind.history.of(row, history)
      : await touchingHistory(kind, row, history)
    return {
      name,
      heading,
      ...(about !== undefined && { about }),
      ...(state !== undefined && { state }),
      facts,
      bars: barsOf(kind, json),
      actions: actionsOf(kind, row, json, state, context),
      related: await relatedTo(mock, kind, row, now),
      json,
      entries: await withLinks(mock, kind, row, entries, exchanges),
      total,
    }
  },
})

/** @param entries history of a row; each gets links to the other things it is about */
async function withLinks(
  mock: Mock,
  thing: ServedThing,
  row: unknown,
  entries: readonly TimelineEntry[],
  exchanges: readonly Exchange[],
): Promise<ShownThing['entries']> {
  const kinds = await servedThings(mock)
  const byId = new Map(exchanges.map((one) => [one.id, one]))
  return entries.map((entry) => {
    const cause = byId.get(entry.exchange?.id ?? '')
    const links = [
      ...(thing.history?.leadsTo?.(entry, row) ?? []),
      ...(cause ? othersChanged(kinds, cause, { thing, row }) : []),
    ].map(({ table, name }) => ({ thing: memberOf(table), name: [...name] }))
    const about = [...new Map(links.map((link) => [JSON.stringify(link), link])).values()]
    return { ...entry, ...(about.length > 0 && { about }) }
  })
}

export const exchangeThings = defineCall({
  summary: `The things that a call changed or names, or a callback tells of, as they are now; ${MOST_THINGS} at most`,
  params: exchangeParams,
  answer: z.array(exchangeThingJson),
  refusals: exchangeRefusals,
  async handle({ params: { id } }, { mock }) {
    return describeThings(mock, await thingsOfExchange(mock, await namedExchange(mock, id)))
  },
})

export const phonePages = defineCall({
  summary: `The pages on the user's phone that can be opened now, by the newest ${PAGES_FROM} things of each kind`,
  answer: z.array(phonePageJson),
  refusals: { MOCK_THINGS_UNSORTED: thingPage.refusals?.MOCK_THINGS_UNSORTED },
  async handle(_, { mock, left }) {
    const pages = new Map<string, PhonePage>()
    const opening = (await servedThings(mock)).filter(({ product, facts }) => product.pages && facts)
    for await (const thing of unhurried(opening, left)) {
      const { items } = await readThings(mock, thing, { limit: PAGES_FROM })
      const now = mock.clock.now()
      for (const row of items) {
        for (const { page, opens } of pagesOf(thing, thing.show(row, now))) {
          const known = pages.get(opens) ?? { title: { ...page.title }, opens, things: [] }
          pages.set(opens, known)
          known.things.push(...describeThings(mock, [{ thing, row }]))
        }
      }
    }
    return [...pages.values()]
  },
})

function barsOf({ bars = [] }: ServedThing, json: unknown): ShownThing['bars'] {
  return bars.flatMap(({ title, used, limit }) => {
    const amount = used(json)
    const most = limit(json)
    return amount === undefined
      ? []
      : [{ title: { ...title }, used: amount, ...(most !== undefined && { limit: most }) }]
  })
}

function actionsOf(
  thing: ServedThing,
  row: unknown,
  json: unknown,
  state: string | undefined,
  { mock, calls }: CallContext,
): ShownThing['actions'] {
  const finder = findCalls(mock.products, calls)
  const of = { thing, row, json }
  const transitions = thing.life && state !== undefined ? transitionsIn(thing.life) : []
  const own = transitions.flatMap((one) => {
    const take = one.from.includes(state ?? '') ? takeOf(one, calls) : undefined
    return take ? [{ ...describeTake(finder, take, of), transition: { event: one.event, to: one.to } }] : []
  })
  const others = (thing.actions ?? [])
    .filter(({ states, when }) => (states?.includes(state ?? '') ?? true) && (when?.(json) ?? true))
    .map((action) => describeTake(finder, action, of, action.asks?.(json)))
  return [...own, ...others]
}

async function relatedTo(mock: Mock, thing: ServedThing, row: unknown, now: number): Promise<ShownThing['related']> {
  const found: ShownThing['related'] = []
  for (const kind of await servedThings(mock)) {
    for (const belonging of kind.belongs ?? []) {
      if (belonging.to !== thing.table) continue
      const { title, list } = belonging
      const { items, total } = list
        ? await readBelonging(mock, kind, belonging, { table: thing.table, row }, { limit: RELATED_SHOWN })
        : await fewOf(mock, belonging, row)
      const states = await mock.store.transaction((tx) => list?.states?.(tx, row, now))
      found.push({
        title: { ...title },
        thing: kind.id,
        items: await showAll(mock, kind, items, now),
        total,
        ...(states && { states: { ...states } }),
        pages: list !== undefined,
      })
    }
  }
  return found
}

async function fewOf(mock: Mock, { rows }: BelongingTo, row: unknown) {
  const found = (await mock.store.transaction((tx) => rows?.(tx, row))) ?? []
  return { items: found.slice(0, MOST_RELATED), total: found.length }
}
