import type { ClockMove, Exchange } from '../engine/journal/journal.ts'
import type { Mock } from '../engine/mock.ts'
import { giveWay, unhurried } from '../shared/pieces.ts'
import type { Texts } from '../shared/texts.ts'
import { eventsOf, type Found, rowName, rowsSeen, thingsOfExchange, touchingHistory } from './things/read-things.ts'
import { servedThings } from './things/served-things.ts'
import { showListed } from './things/shown.ts'
import { saidIn } from './things/thing.ts'
import type { HistoryContext, TimelineEntry } from './timeline.ts'

/** A session in its order, by the things that it was about. */
export interface SessionTimeline {
  /** In the order in which they first came up. */
  readonly lanes: readonly Lane[]
  readonly events: readonly SessionEvent[]
  /** Events before the first one here, and things without a lane. */
  readonly leftOut: { readonly events: number; readonly lanes: number }
}

/** A thing. */
interface Lane {
  readonly kind: Texts
  readonly heading: string
  /** Its kind and its name, as in addresses. */
  readonly address: readonly string[]
}

interface Event {
  /** Epoch milliseconds, on the mock's clock. */
  readonly at: number
  /** The lanes that it is in. */
  readonly lanes: readonly Lane[]
  /** The event in the life of a thing, and its state since. */
  readonly change?: { readonly title: Texts; readonly state: string | undefined } | undefined
}

/** A call or callback, a change of a thing that came of neither, or a move of the clock. */
export type SessionEvent =
  | (Event & { readonly kind: 'exchange'; readonly exchange: Exchange })
  | (Event & { readonly kind: 'change' })
  | (Event & { readonly kind: 'clock'; readonly move: ClockMove })

export const MOST_EVENTS = 200
export const MOST_LANES = 30
/** Callbacks whose things are looked up, since no call is about them. */
const MOST_LOOKED_UP = 20

/** A thing and its history, oldest first. */
interface Track {
  readonly lane: Lane
  readonly titles: Readonly<Record<string, Texts>>
  readonly entries: readonly TimelineEntry[]
}

/** @param wanted exchanges, oldest first */
export async function sessionTimeline(
  { mock, language, left }: Pick<HistoryContext, 'mock' | 'language' | 'left'>,
  wanted: readonly Exchange[],
): Promise<SessionTimeline> {
  const exchanges = wanted.slice(-MOST_EVENTS)
  const all = await mock.exchanges.list()
  const places = new Map(all.map(({ id }, place) => [id, place]))
  const first = places.get(exchanges[0]?.id ?? '') ?? 0
  // Most of a long journal is about what is not in sight.
  const context = { mock, language, now: mock.clock.now(), limit: MOST_EVENTS, exchanges: all.slice(first), left }
  const found = new Map<string, Found>()
  const tracks = new Map<string, Track>()
  const follow = async (rows: readonly Found[]) => {
    for (const one of rows) {
      const name = JSON.stringify([one.thing.id, rowName(one.thing, one.row)])
      found.set(name, one)
      if (tracks.has(name) || tracks.size >= MOST_LANES) continue
      tracks.set(name, await trackOf(one, context))
      await giveWay(left)
    }
  }
  // The newest first, since not all may have a lane.
  for await (const exchange of unhurried(exchanges.toReversed(), left)) await follow(await rowsBehind(mock, exchange))
  for (const exchange of callbacksWithout(exchanges, tracks)) await follow(await thingsOfExchange(mock, exchange))

  const placedAnywhere = [
    ...exchanges.map((exchange) => ({ place: places.get(exchange.id) ?? 0, event: eventOf(exchange, tracks) })),
    ...[...tracks.values()].flatMap((track) => changesOf(track, exchanges, places, all[first - 1]?.at)),
    ...movesIn(mock, exchanges.length === wanted.length, places),
  ].filter(({ place }) => place >= first - 1)
  const placed = placedAnywhere.toSorted((a, b) => a.place - b.place || a.event.at - b.event.at)
  const events = placed.slice(-MOST_EVENTS).map(({ event }) => event)
  const without = wanted.length - exchanges.length + placed.length - events.length
  return {
    lanes: [...new Set(events.flatMap(({ lanes }) => lanes))],
    events,
    leftOut: { events: without, lanes: found.size - tracks.size },
  }
}

/** Rows that a call changed, or read and named, as the journal has them. */
async function rowsBehind(mock: Mock, exchange: Exchange): Promise<readonly Found[]> {
  const { callback, before, changed = {} } = exchange
  if (callback || [before.rows, changed].every((rows) => Object.keys(rows).length === 0)) return []
  const kinds = await servedThings(mock)
  const path = mock.operations.find(({ id }) => id === exchange.operation)?.path
  const said = saidIn(exchange, path)
  return kinds.flatMap((thing) => rowsSeen(thing, exchange, said).map((row) => ({ thing, row })))
}

/** One try each of the newest callbacks that no track has. */
function callbacksWithout(exchanges: readonly Exchange[], tracks: ReadonlyMap<string, Track>): readonly Exchange[] {
  const told = new Set([...tracks.values()].flatMap(({ entries }) => entries.map(({ exchange }) => exchange?.id)))
  const tries = exchanges.filter(({ callback, id }) => callback && !told.has(id))
  return [...new Map(tries.map((one) => [one.callback?.id, one])).values()].slice(-MOST_LOOKED_UP)
}

async function trackOf({ thing, row: seen }: Found, context: HistoryContext): Promise<Track> {
  const { mock, now } = context
  const { table } = thing
  // The journal has it as it was then.
  const row = (await mock.store.transaction((tx) => tx.in(table).find(table.owner(seen), ...table.key(seen)))) ?? seen
  const { name, heading } = showListed(thing, row, now)
  const { entries } = thing.history ? await thing.history.of(row, context) : await touchingHistory(thing, row, context)
  return {
    lane: { kind: thing.one ?? table.title ?? { en: thing.id, zh: thing.id }, heading, address: [thing.id, ...name] },
    titles: eventsOf(thing),
    entries: entries.toReversed(),
  }
}

function eventOf(exchange: Exchange, tracks: ReadonlyMap<string, Track>): SessionEvent {
  const about = [...tracks.values()].flatMap((track) => {
    const entry = track.entries.findLast((one) => one.exchange?.id === exchange.id)
    return entry ? [{ lane: track.lane, change: changeIn(entry, track) }] : []
  })
  return {
    kind: 'exchange',
    exchange,
    at: exchange.at,
    lanes: about.map(({ lane }) => lane),
    change: about.find(({ change }) => change !== undefined)?.change,
  }
}

function changeIn(
  { event, state_before: before, state_after: after }: TimelineEntry,
  { titles }: Track,
): Event['change'] {
  if (event === undefined) return undefined
  return { title: titles[event] ?? { en: event, zh: event }, state: before === after ? undefined : after }
}

interface Placed {
  /** Among the exchanges of the journal; half way behind one of them. */
  readonly place: number
  readonly event: SessionEvent
}

/**
 * Changes that came of no exchange: each follows all exchanges up to its time, between its neighbours in the history of its thing.
 *
 * @param endOfOthers time of the exchange before those in sight: up to then, any of the others may have made the change
 */
function changesOf(
  track: Track,
  exchanges: readonly Exchange[],
  places: ReadonlyMap<string, number>,
  endOfOthers = Number.NEGATIVE_INFINITY,
): readonly Placed[] {
  const placeOf = (id: string | undefined) => places.get(id ?? '')
  let behind: number | undefined
  return track.entries.flatMap((entry, i): readonly Placed[] => {
    if (entry.exchange) {
      behind = placeOf(entry.exchange.id)
      return []
    }
    const at = Date.parse(entry.time)
    const before = Math.max(behind ?? -1, placeOf(exchanges.findLast((one) => one.at <= at)?.id) ?? -1)
    const next = placeOf(track.entries.slice(i).find(({ exchange }) => exchange)?.exchange?.id)
    if (before === -1 || at <= endOfOthers) return []
    const place = Math.min(before, (next ?? Number.POSITIVE_INFINITY) - 1) + 0.5
    return [{ place, event: { kind: 'change', at, lanes: [track.lane], change: changeIn(entry, track) } }]
  })
}

/** @param isWhole whether the first exchange of the journal is in sight */
function movesIn(mock: Mock, isWhole: boolean, places: ReadonlyMap<string, number>): readonly Placed[] {
  return mock.journal.moves.flatMap((move): readonly Placed[] => {
    const before = move.after === undefined ? (isWhole ? -1 : undefined) : places.get(move.after)
    return before === undefined
      ? []
      : [{ place: before + 0.25, event: { kind: 'clock', at: move.to, lanes: [], move } }]
  })
}
