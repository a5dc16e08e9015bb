import { z } from 'zod'
import type { Notification } from '../../engine/callbacks/notification.ts'
import { referenceTo } from '../../engine/callbacks/send-attempt.ts'
import { NO_BODY } from '../../engine/exchange/exchange-parts.ts'
import { decoded } from '../../engine/http-message.ts'
import { nothingFound } from '../../engine/journal/found.ts'
import { type Exchange, mentions } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { compareTexts, type Texts } from '../../wire/shared/texts.ts'
import { type Page, pageInOrder } from '../formats/page.ts'
import { transitionsIn } from '../life.ts'
import { readLists, readPage } from '../read-page.ts'
import { type HistoryContext, isReport, type Step, timelineOf } from '../timeline.ts'
import { type ServedThing, servedThings } from './served-things.ts'
import { memberOfJson, showListed, stateOf, textsOf } from './shown.ts'
import { type Belonging, type Said, saidIn, type ThingLink } from './thing.ts'

/** History of things that do not define their own: the exchanges that read, changed or name a row, and its states before and after. */

/** Events of such a history: a call created the row, or changed its state. */
const TOUCHING_EVENTS = {
  created: { en: 'Created', zh: '创建' },
  changed: { en: 'Changed', zh: '状态变化' },
} as const

/** An exchange that saw a row, with its states before and after. */
interface Sight {
  readonly exchange: Exchange
  /** `undefined`: the exchange created the row. */
  readonly found: string | undefined
  readonly left: string
  readonly hasChanged: boolean
}

/** The newest entries of the history of a row. */
export async function touchingHistory(thing: ServedThing, row: unknown, context: HistoryContext) {
  const { mock, now, exchanges = await mock.exchanges.list() } = context
  const { table } = thing
  const owner = table.owner(row)
  const key = table.key(row)
  const called = key.at(-1)
  const json = thing.show(row, now)
  // The member with the last part of the key, by which calls and callbacks name the thing.
  const member = called === undefined ? undefined : membersOf(json).find((name) => memberOfJson(json, name) === called)
  const isThat = (one: unknown) => table.owner(one) === owner && keyOf(table.key(one)) === keyOf(key)
  const inRows = (rows: Exchange['changed']) => (rows?.[table.name] ?? []).find(isThat)
  const names = (one: Exchange) =>
    member !== undefined && one.callback === undefined && one.mchid === owner && mentions(one, member, called)
  const reports = (content: Readonly<Record<string, unknown>>) =>
    member !== undefined && content[member] === called && (content.mchid === undefined || content.mchid === owner)
  const about = exchanges.filter(
    (one) =>
      inRows(one.before.rows) !== undefined ||
      inRows(one.changed) !== undefined ||
      isReport(one, mock.events, reports) ||
      names(one),
  )
  const sights = about.flatMap((exchange): readonly Sight[] => {
    const before = inRows(exchange.before.rows)
    const after = inRows(exchange.changed)
    const found = before === undefined ? undefined : stateOf(thing, before, exchange.at)
    const left = after === undefined ? found : stateOf(thing, after, exchange.at)
    return left === undefined ? [] : [{ exchange, found, left, hasChanged: after !== undefined }]
  })
  const state = stateOf(thing, row, now)
  return timelineOf(
    context,
    state === undefined ? [] : stepsOf(sights, state, thing.since?.(row, now) ?? now),
    about,
    sights[0]?.found,
  )
}

function membersOf(json: unknown): readonly string[] {
  return typeof json === 'object' && json !== null ? Object.keys(json) : []
}

/**
 * One step per exchange. Where the next exchange, or the present, shows another state than the last one left, a step says that something else changed
 * it in between.
 *
 * @param present current state
 * @param since when it entered that state, if no exchange brought it there; epoch milliseconds
 */
function stepsOf(sights: readonly Sight[], present: string, since: number): readonly Step[] {
  return sights.flatMap(({ exchange, found, left, hasChanged }, i): readonly Step[] => {
    const steps: Step[] = []
    if (hasChanged && found !== left) {
      const event = found === undefined ? 'created' : 'changed'
      steps.push({ event, at: exchange.at, before: found, after: left, byCall: true, cause: exchange, isTold: false })
    }
    const next = sights[i + 1]
    const later = next ? next.found : present
    if (later !== undefined && later !== left) {
      const at = next?.exchange.at ?? since
      steps.push({
        event: 'changed',
        at,
        before: left,
        after: later,
        byCall: false,
        aheadOf: next?.exchange,
        isTold: false,
      })
    }
    return steps
  })
}

/** Titles of the events in the history of a thing. */
export function eventsOf({ life, history }: ServedThing): Readonly<Record<string, Texts>> {
  if (!history) return TOUCHING_EVENTS
  const steps = life ? transitionsIn(life) : []
  const titles = steps.flatMap(({ event, happened }) => (happened ? [[event, happened] as const] : []))
  return { ...Object.fromEntries(titles), ...history.events }
}

interface WantedThings {
  readonly mchid?: string | undefined
  readonly state?: string | undefined
  readonly text?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
  /** Aborted when the client goes away. */
  readonly left?: AbortSignal | undefined
}

type Fits = (row: unknown) => boolean

/** Name of the sorted list of all rows of a table, newest first. */
const NEWEST = 'newest'

/** Maximum number of rows that are read to be sorted. */
const MOST_UNSORTED = 20_000

/**
 * Rows of a thing page by page: newest first if its table has a sorted list `newest`, otherwise in the order of their keys, which reads all of them.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page, `MOCK_THINGS_UNSORTED` without such a list if there are too many rows to read
 */
export function readThings(mock: Mock, thing: ServedThing, wanted: WantedThings): Promise<Page<unknown>> {
  const { table } = thing
  const fits = fitting(mock, thing, wanted)
  const { mchid: owner, cursor, limit, left } = wanted
  if (table.sorted && Object.hasOwn(table.sorted, NEWEST)) {
    return readPage(mock, table, { owner, fits, cursor, limit, left })
  }
  return readInOrderOfKeys(mock, table, { ...wanted, fits })
}

function fitting(mock: Mock, thing: ServedThing, { state, text }: WantedThings): Fits | undefined {
  if (state === undefined && text === undefined) return undefined
  const now = mock.clock.now()
  const wanted = text?.toLowerCase()
  return (row) =>
    (state === undefined || stateOf(thing, row, now) === state) &&
    (wanted === undefined || textsOf(thing, row, now).some((one) => one.toLowerCase().includes(wanted)))
}

const keyJson = z.strictObject({ owner: z.string(), key: z.string() })

async function readInOrderOfKeys(
  mock: Mock,
  table: Table,
  { mchid, fits, ...page }: WantedThings & { readonly fits: Fits | undefined },
): Promise<Page<unknown>> {
  const rows = await mock.store.transaction(async (tx) => {
    const count = await tx.in(table).count(mchid)
    if (count > MOST_UNSORTED) throw tooMany(table, count)
    return tx.in(table).list(mchid)
  })
  return pageInOrder(
    fits ? rows.filter(fits) : rows,
    {
      placeOf: (row) => ({ owner: table.owner(row), key: keyOf(table.key(row)) }),
      placeJson: keyJson,
      compare: (a, b) => compareTexts(a.owner, b.owner) || compareTexts(a.key, b.key),
    },
    page,
  )
}

function tooMany({ name }: Table, count: number): UsageError {
  return new UsageError('MOCK_THINGS_UNSORTED', {
    en: `There are ${count} rows in the table ${name}, which has no order to read a page in: give it a sorted list named ${NEWEST}.`,
    zh: `数据表 ${name} 有 ${count} 行，但没有可逐页读取的顺序：请为它定义名为 ${NEWEST} 的有序列表。`,
  })
}

/**
 * The many rows that belong to a row of another table, page by page: those under the first of its texts, then those under the next.
 *
 * @param belonging has a list
 */
export async function readBelonging(
  mock: Mock,
  thing: ServedThing,
  { list }: Belonging<unknown>,
  parent: { readonly table: Table; readonly row: unknown },
  { mchid, ...wanted }: WantedThings,
): Promise<Page<unknown>> {
  const owner = parent.table.owner(parent.row)
  if (!list || (mchid ?? owner) !== owner) return { items: [], total: 0 }
  const lists = { name: list.name, among: list.among(parent.row, wanted.state) }
  return readLists(mock, thing.table, lists, { owner, fits: fitting(mock, thing, wanted), ...wanted })
}

/**
 * The row that a text names: its owner and the parts of its key, each escaped, joined by slashes.
 *
 * @param path of the text, as a JSON pointer
 * @throws UsageError `MOCK_THING_UNKNOWN`
 */
export async function namedRow(
  mock: Mock,
  { table, id, one }: ServedThing,
  name: string,
  path = '/path/name',
): Promise<unknown> {
  const [owner = '', ...key] = name.split('/').map(decoded)
  const row = await mock.store.transaction((tx) => tx.in(table).find(owner, ...key))
  if (row !== undefined) return row
  const called = one ?? table.title ?? { en: id, zh: ` ${id}` }
  const texts =
    key.length === 0
      ? {
          en: `${path}: ${name} names no ${called.en.toLowerCase()}: write its owner and the parts of its key, each escaped, with a slash between them.`,
          zh: `${path}：${name} 不是${called.zh}的名称，应写成归属方和键的各部分，分别转义，以斜杠分隔。`,
        }
      : {
          en: `There is no ${called.en.toLowerCase()} ${key.join(' ')} of merchant ${owner}: it may be gone since, or never was.`,
          zh: `商户 ${owner} 没有${called.zh} ${key.join(' ')}，可能已被移除，或从未有过。`,
        }
  throw new UsageError('MOCK_THING_UNKNOWN', texts, { path })
}

/** Maximum number of things shown for one exchange. */
export const MOST_THINGS = 100
/** Maximum number of texts of an exchange that are looked up as keys. */
const MOST_TEXTS = 200

/** A row, as one of its kind. */
export interface Found {
  readonly thing: ServedThing
  readonly row: unknown
}

/** The things that an exchange changed, read and named, or otherwise names, in their current state, kind by kind. */
export async function thingsOfExchange(mock: Mock, exchange: Exchange): Promise<readonly Found[]> {
  const kinds = await servedThings(mock)
  const path = mock.operations.find(({ id }) => id === exchange.operation)?.path
  const found = await mock.store.transaction(async (tx) => {
    const said = saidIn(exchange, path)
    const all: Found[] = []
    for (const thing of kinds) {
      for (const row of await rowsOf(tx, thing, exchange, said)) all.push({ thing, row })
    }
    return all
  })
  return found.slice(0, MOST_THINGS)
}

/** The things that a callback tells of, in their current state. */
export function thingsOfNotification(mock: Mock, notification: Notification): Promise<readonly Found[]> {
  const { mchid, url, createdAt } = notification
  return thingsOfExchange(mock, {
    id: '',
    at: createdAt,
    durationMs: 0,
    request: { method: 'POST', target: url, headers: {}, body: NO_BODY },
    mchid,
    callback: referenceTo(notification, 1),
    remarks: [],
    before: nothingFound(mock.settings),
  })
}

/** Things in short, with their kinds. */
export function describeThings({ clock }: Mock, found: readonly Found[]) {
  const now = clock.now()
  return found.map(({ thing, row }) => {
    const { beside: _, under: __, end: ___, ...listed } = showListed(thing, row, now)
    return { thing: thing.id, ...listed }
  })
}

async function rowsOf(
  tx: Transaction,
  thing: ServedThing,
  exchange: Exchange,
  said: Said,
): Promise<readonly unknown[]> {
  const { table } = thing
  const named = await (thing.named?.(tx, said, exchange.mchid) ?? namedByKey(tx, thing, exchange, said))
  const now = await Promise.all(
    rowsSeen(thing, exchange, said, named).map((row) => tx.in(table).find(table.owner(row), ...table.key(row))),
  )
  return now.filter((row) => row !== undefined)
}

/** Rows that an exchange changed, or read and named, and others that it is known to name; each once. */
function rowsSeen(
  thing: ServedThing,
  exchange: Exchange,
  said: Said,
  named: readonly unknown[] = [],
): readonly unknown[] {
  const { name } = thing.table
  // Anything else it read, such as the user's other coupons, is not what the exchange is about.
  const read = (exchange.before.rows[name] ?? []).filter((row) => isNamed(thing, row, exchange.at, said))
  const all = [...read, ...named, ...(exchange.changed?.[name] ?? [])]
  return ownFirst(thing, [...new Map(all.map((row) => [rowName(thing, row), row])).values()], exchange.mchid)
}

function rowName({ table }: ServedThing, row: unknown): string {
  return keyOf([table.owner(row), ...table.key(row)])
}

/** Whether an exchange says the last part of a row's key without contradicting the parts before it, which may be missing. */
function isNamed({ table, show }: ServedThing, row: unknown, now: number, said: Said): boolean {
  const json = show(row, now)
  const parts = table.key(row)
  return parts.every((part, i) => {
    const texts = membersWith(json, part).flatMap(said.of)
    return texts.includes(part) || (texts.length === 0 && i < parts.length - 1)
  })
}

function membersWith(json: unknown, text: string): readonly string[] {
  if (typeof json !== 'object' || json === null) return []
  return Object.keys(json).filter((name) => memberOfJson(json, name) === text)
}

/** Rows of the exchange's merchant whose whole key appears in it, under the key's name in their JSON. */
async function namedByKey(
  tx: Transaction,
  { table, show }: ServedThing,
  { mchid, at }: Exchange,
  { all }: Said,
): Promise<readonly unknown[]> {
  if (mchid === undefined) return []
  const found = await Promise.all(
    all.slice(0, MOST_TEXTS).map(async ([member, text]) => {
      const row = await tx.in(table).find(mchid, text)
      const isThat = row !== undefined && table.key(row).length === 1 && memberOfJson(show(row, at), member) === text
      return isThat ? [row] : []
    }),
  )
  return found.flat()
}

/** Among rows with the same key that belong to several merchants, only the exchange's own. */
function ownFirst({ table }: ServedThing, rows: readonly unknown[], mchid: string | undefined): readonly unknown[] {
  const own = new Set(rows.filter((row) => table.owner(row) === mchid).map((row) => keyOf(table.key(row))))
  return rows.filter((row) => table.owner(row) === mchid || !own.has(keyOf(table.key(row))))
}

/** Other rows changed by an exchange, besides one. */
export function othersChanged(
  kinds: readonly ServedThing[],
  { changed = {} }: Exchange,
  besides: Found,
): readonly ThingLink[] {
  return kinds.flatMap(({ table }) =>
    (changed[table.name] ?? [])
      .filter(
        (row) => table !== besides.thing.table || rowName(besides.thing, row) !== rowName(besides.thing, besides.row),
      )
      .map((row) => ({ table, name: [table.owner(row), ...table.key(row)] })),
  )
}
