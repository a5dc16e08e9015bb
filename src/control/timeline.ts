import { z } from 'zod'
import type { EventDescription } from '../engine/callbacks/event.ts'
import { type Exchange, mentions } from '../engine/journal/journal.ts'
import type { Mock } from '../engine/mock.ts'
import type { Transaction } from '../engine/state/store.ts'
import type { Table } from '../engine/state/table.ts'
import { exactTime, timeWithMilliseconds } from '../wire/protocol/instant.ts'
import { parseJsonObject } from '../wire/protocol/json-object.ts'
import { type Awaitable, mapUnhurried } from '../wire/shared/pieces.ts'
import type { Language } from '../wire/shared/texts.ts'
import { mchidQuery } from './call.ts'
import { exchangeSummaryJson, summarizeExchange } from './formats/exchange-summary.ts'
import { queryCount } from './formats/page.ts'

/** History of one thing with states, and the calls and callbacks about it that changed nothing. */

/** Maximum number of entries of a timeline. */
const MOST_ENTRIES = 1_000

export const timelineQuery = mchidQuery.extend({
  limit: queryCount.max(MOST_ENTRIES).optional().describe(`how many entries, the newest; ${MOST_ENTRIES} if left out`),
})

/** Why a call or callback about a thing changed nothing. */
const REASONS = ['refused', 'asked', 'repeated', 'unchanged', 'told', 'unanswered'] as const

type TimelineReason = (typeof REASONS)[number]

export const timelineEntryJson = z
  .strictObject({
    time: z.string(),
    event: z
      .string()
      .optional()
      .describe('what happened; left out for a call or callback that is about it and changed nothing'),
    request_no: z.string().optional(),
    out_trade_no: z.string().optional(),
    state_before: z.string().optional().describe('left out before the first event'),
    state_after: z.string().optional().describe('the same as before where nothing was changed'),
    reason: z
      .enum(REASONS)
      .optional()
      .describe(
        'why it changed nothing. refused: see its remark; asked: it only reads; repeated: it was done before under the same number; unchanged: it was done, and was about something else; told: a callback; unanswered: the mock has a bug',
      ),
    exchange: exchangeSummaryJson
      .optional()
      .describe('which call or callback it was; left out where the journal has none, or none any more'),
  })
  .meta({ id: 'TimelineEntry' })

export type TimelineEntry = z.output<typeof timelineEntryJson>

/** Members of every timeline besides the thing itself. */
export const timelineJson = {
  entries: z.array(timelineEntryJson).describe('the newest first'),
  total: z.int().min(0).describe('how many there are, also those beyond the limit'),
}

/** One event, with the states before and after as written in the JSON. */
export interface Step {
  readonly event: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly before?: string | undefined
  readonly after: string
  readonly requestNo?: string | undefined
  readonly outTradeNo?: string | undefined
  /** Whether a call of the shop did it, or the ids of the operations that may have, as opposed to the user, time or somebody by hand. */
  readonly byCall: boolean | readonly string[]
  /** The call that did it, if known; otherwise it is found by its instant and number. */
  readonly cause?: Exchange
  /** The exchange that it happened before, if its own instant is unknown. */
  readonly aheadOf?: Exchange | undefined
  /** Whether callbacks report it; they then follow it even at the same instant. */
  readonly isTold: boolean
}

/** Context for building the history of a row. */
export interface HistoryContext {
  readonly mock: Mock
  readonly language: Language
  /** Epoch milliseconds. */
  readonly now: number
  readonly limit?: number | undefined
  /** The exchanges that may be about it. Default: those of the journal. */
  readonly exchanges?: readonly Exchange[] | undefined
  /** Aborted when the client goes away. */
  readonly left?: AbortSignal | undefined
}

export interface History {
  readonly entries: TimelineEntry[]
  readonly total: number
}

interface RowHistory<Row, Others> {
  readonly table: Pick<Table, 'name'> & { owner(row: Row): string }
  /** Rows of other tables that it takes. */
  others(tx: Transaction, row: Row): Awaitable<Others>
  /** The events whose callbacks may report the row. */
  readonly events: readonly EventDescription[]
  /** Whether the sealed content of a callback reports it. */
  reports(content: Readonly<Record<string, unknown>>, row: Row): boolean
  /** The texts by which calls name the row, with the members that have them. */
  names(row: Row, others: Others): readonly (readonly [member: string, text: string | undefined])[]
  /** Whether a call is about the row. Default: it has one of the {@link names}, and no other merchant made it. */
  isAbout?(exchange: Exchange, row: Row): boolean
  /** Its events, oldest first. */
  steps(row: Row, now: number, others: Others): readonly Step[]
}

/** Tells the history of a row by what it keeps of itself, newest entry first. */
export function historyOf<Row, Others = undefined>({
  table,
  others: read,
  events,
  reports,
  names,
  isAbout = () => false,
  steps,
}: RowHistory<Row, Others>) {
  return async (row: Row, context: HistoryContext): Promise<History> => {
    const { mock, now, exchanges } = context
    const all = exchanges ?? (await mock.exchanges.list())
    const others = await mock.store.transaction((tx) => read(tx, row))
    const owner = table.owner(row)
    const named = names(row, others).filter(([, text]) => text !== undefined)
    const about = all.filter((one) => {
      if (one.callback) return isReport(one, events, (content) => reports(content, row))
      if (isAbout(one, row)) return true
      return named.some(([member, text]) => mentions(one, member, text)) && !isOfAnother(one, table, owner)
    })
    return timelineOf(context, steps(row, now, others), about)
  }
}

/**
 * Merges the steps of a thing and the exchanges about it into one timeline, newest first.
 *
 * @param steps oldest first
 * @param exchanges in the order of the journal
 * @param begin state before the first step, if known
 */
export async function timelineOf(
  { mock, language, limit = MOST_ENTRIES, left }: Omit<HistoryContext, 'exchanges'>,
  steps: readonly Step[],
  exchanges: readonly Exchange[],
  begin?: string,
): Promise<History> {
  const causes = causesOf(steps, exchanges)
  const explained = new Set(causes)
  const places = placesOf(steps, causes, exchanges)
  const happened = [
    ...steps.map((step, i) => ({ place: places[i] ?? 0, step, exchange: exchanges[causes[i] ?? -1] })),
    ...exchanges.flatMap((exchange, place) => (explained.has(place) ? [] : [{ place, step: undefined, exchange }])),
  ].toSorted((a, b) => a.place - b.place)
  const summaries = new Map(
    await mapUnhurried(exchanges, (one) => [one, summarizeExchange(mock, one, language)] as const, left),
  )
  const done = new Set<string>()
  let state = begin
  const entries = happened.map(({ step, exchange }): TimelineEntry => {
    const summary = exchange && summaries.get(exchange)
    const number = `${summary?.operation} ${summary?.request_no}`
    const reason = step || !exchange ? undefined : reasonOf(exchange, done.has(number))
    if (exchange && isDone(exchange) && summary?.request_no !== undefined) done.add(number)
    const before = step ? step.before : state
    state = step ? step.after : state
    return {
      time: step ? exactTime(step.at) : timeWithMilliseconds(exchange?.at ?? 0),
      ...(step && { event: step.event }),
      ...(step?.requestNo !== undefined && { request_no: step.requestNo }),
      ...(step?.outTradeNo !== undefined && { out_trade_no: step.outTradeNo }),
      ...(before !== undefined && { state_before: before }),
      ...(state !== undefined && { state_after: state }),
      ...(reason && { reason }),
      ...(summary && { exchange: summary }),
    }
  })
  return { entries: entries.slice(-limit).toReversed(), total: entries.length }
}

/**
 * Whether a call found rows of a table that all belong to other merchants. Then the row it names does too, since several merchants may use the same
 * name.
 */
export function foundOthers({ before }: Exchange, table: Owned, owner: string): boolean {
  const rows = before.rows[table.name] ?? []
  return rows.length > 0 && rows.every((row) => table.owner(row) !== owner)
}

/** Whether another merchant made a call that found no row of this one. */
function isOfAnother({ mchid, before }: Exchange, table: Owned, owner: string): boolean {
  return mchid !== undefined && mchid !== owner && !before.rows[table.name]?.some((row) => table.owner(row) === owner)
}

type Owned = Pick<Table, 'name' | 'owner'>

/** The journal position of the exchange that did each step; `undefined` for steps that no exchange did. */
function causesOf(steps: readonly Step[], exchanges: readonly Exchange[]): readonly (number | undefined)[] {
  const taken = new Set<number>()
  return steps.map((step) => {
    const isCause = (one: Exchange) => (step.cause ? one === step.cause : isCauseOf(one, step))
    const found = step.byCall ? exchanges.findIndex((one, i) => !taken.has(i) && isCause(one)) : -1
    if (found === -1) return undefined
    taken.add(found)
    return found
  })
}

/** An event of a call has the instant at which that had its turn. */
function isCauseOf(exchange: Exchange, { at, requestNo, byCall }: Step): boolean {
  if ((exchange.performedAt ?? exchange.at) !== at || exchange.request.method === 'GET' || !isDone(exchange))
    return false
  if (typeof byCall === 'object' && !byCall.includes(exchange.operation ?? '')) return false
  return requestNo === undefined || Buffer.from(exchange.request.body).includes(JSON.stringify(requestNo))
}

function isDone({ callback, response }: Exchange): boolean {
  return callback === undefined && response !== undefined && response.status < 300
}

/**
 * The position of each step among the exchanges. A step that no exchange did follows those up to its instant, and precedes the next step that an
 * exchange did and the callbacks that report it: the clock may be frozen, or have been put back. One that an exchange did has its position, or precedes
 * the first attempt of the callback that reports it: a receiver may reply while the answer is still being signed.
 */
function placesOf(
  steps: readonly Step[],
  causes: readonly (number | undefined)[],
  exchanges: readonly Exchange[],
): readonly number[] {
  let least = -1
  let lastReport = -1
  return steps.map(({ at, isTold, aheadOf }, i) => {
    const cause = causes[i]
    const isReportOfIt = (one: Exchange) => isTold && one.callback !== undefined && one.at === at
    const report = exchanges.findIndex((one, j) => j > lastReport && isReportOfIt(one) && one.callback?.attempt === 1)
    lastReport = Math.max(lastReport, report)
    if (cause !== undefined) {
      least = report === -1 ? cause : Math.min(cause, report - 0.5)
      return least
    }
    const next = causes.slice(i).find((one) => one !== undefined) ?? Number.POSITIVE_INFINITY
    const follows = exchanges.findIndex((one) => one === aheadOf || isReportOfIt(one))
    const behind = follows === -1 ? exchanges.findLastIndex((one) => one.at <= at) + 0.5 : follows - 0.5
    least = Math.min(next - 0.5, Math.max(least, behind))
    return least
  })
}

function reasonOf({ callback, response, request }: Exchange, isRepeat: boolean): TimelineReason {
  if (callback) return 'told'
  if (response === undefined) return 'unanswered'
  if (response.status >= 300) return 'refused'
  if (request.method === 'GET') return 'asked'
  return isRepeat ? 'repeated' : 'unchanged'
}

/**
 * Whether an exchange is an attempt to deliver a callback that reports a thing.
 *
 * @param events that may report it
 * @param reports whether the sealed content of one does
 */
export function isReport(
  { callback }: Exchange,
  events: readonly EventDescription[],
  reports: (content: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  if (!callback || !events.some(({ eventType }) => eventType === callback.eventType)) return false
  return reports(parseJsonObject(Buffer.from(callback.resource ?? '')) ?? {})
}
