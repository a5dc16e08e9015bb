import { z } from 'zod'
import { notifications } from '../../engine/callbacks/notifications.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, keyOf, type TableDefinition } from '../../engine/state/table.ts'
import { mapUnhurried, unhurried } from '../../wire/shared/pieces.ts'
import { defineCall } from '../call.ts'
import { exchangeHasText, exchangeSummaryJson, summarizeExchange } from '../formats/exchange-summary.ts'
import { notificationHasText, notificationSummaryJson, summarizeNotification } from '../formats/notification.ts'
import { exchangeThingJson } from '../formats/thing.ts'
import { describeThings } from '../things/read-things.ts'
import { servedThings } from '../things/served-things.ts'
import { textsOf } from '../things/shown.ts'
import { merchantHasText } from './merchants.ts'

/** The most that is found of each kind. */
const MOST_FOUND = 8
/** How many of the newest rows of a kind are looked through for a part of a number: of 100,000 only indexes know. */
const LOOKED_THROUGH = 100
/** How many merchants, the newest, are asked for rows of a kind without an index of its numbers. */
const MERCHANTS_ASKED = 50

/** An index of numbers, each of few rows, as WeChat Pay names them. */
const OF_NUMBERS = /_(?:no|id|code)$/

const foundJson = z
  .strictObject({
    calls: z.array(exchangeSummaryJson),
    callbacks: z.array(notificationSummaryJson),
    merchants: z.array(z.strictObject({ mchid: z.string(), name: z.string() })),
    things: z
      .array(exchangeThingJson)
      .describe('of all kinds: the owner of the number first, then those that name it, kind by kind'),
  })
  .meta({ id: 'Found', description: `what has a number, at most ${MOST_FOUND} of each kind` })

export type Found = z.output<typeof foundJson>

export const search = defineCall({
  summary: `What has a number or a text: calls, callbacks, merchants and things, at most ${MOST_FOUND} of each kind. A whole number is found however old it is, a part of one in the calls and in the newest ${LOOKED_THROUGH} of each kind`,
  query: z.strictObject({ text: z.string().trim().min(1).max(200) }),
  answer: foundJson,
  async handle({ query: { text } }, { mock, language, left }) {
    const wanted = text.toLowerCase()
    const now = mock.clock.now()
    const callbacks = await mock.store.transaction((tx) =>
      rowsWith(tx, notifications, text, [], (one) => notificationHasText(one, text)),
    )
    const things: Found['things'] = []
    const owners = new Set(
      [mock.defaultMerchant, ...mock.merchants.all.slice(-MERCHANTS_ASKED)].map(({ mchid }) => mchid),
    )
    for await (const thing of unhurried(await servedThings(mock), left)) {
      const hasText = (row: unknown) => textsOf(thing, row, now).some((one) => one.toLowerCase().includes(wanted))
      const rows = await mock.store.transaction((tx) => rowsWith(tx, thing.table, text, owners, hasText))
      things.push(
        ...describeThings(
          mock,
          rows.map((row) => ({ thing, row })),
        ),
      )
    }
    return {
      calls: await mapUnhurried(
        await callsWith(mock, text, left),
        (one) => summarizeExchange(mock, one, language),
        left,
      ),
      callbacks: callbacks.map((one) => summarizeNotification(one, language)),
      merchants: mock.merchants.all
        .filter((merchant) => merchantHasText(merchant, wanted))
        .slice(-MOST_FOUND)
        .map(({ mchid, name }) => ({ mchid, name })),
      // The owner of a number comes before those that only name it.
      things: things.toSorted((a, b) => Number(b.name.at(-1) === text) - Number(a.name.at(-1) === text)),
    }
  },
})

/** The newest calls with a text. */
async function callsWith(mock: Mock, text: string, left: AbortSignal): Promise<readonly Exchange[]> {
  const calls = (await mock.exchanges.list({ callbacks: 'no' })).toReversed()
  const found: Exchange[] = []
  for await (const one of unhurried(calls, left)) {
    if (exchangeHasText(one, text)) found.push(one)
    if (found.length === MOST_FOUND) break
  }
  return found
}

/** The rows of a table that a text is a number of, or else the newest that have it somewhere. */
async function rowsWith<Row>(
  tx: Transaction,
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
  text: string,
  owners: Iterable<string>,
  hasText: (row: Row) => boolean,
): Promise<readonly Row[]> {
  const rows = tx.in(table)
  const indexes = Object.keys(table.indexes).filter((name) => name === 'id' || OF_NUMBERS.test(name))
  const [member, ...others] = table.keyMembers ?? []
  const isIndexed = member !== undefined && indexes.includes(member)
  const answers = await Promise.all([
    ...indexes.map((index) => rows.where(index, text)),
    ...(member === undefined || others.length > 0 || isIndexed
      ? []
      : [...owners].map(async (owner) => [await rows.find(owner, text)])),
  ])
  const found: Row[] = answers.flat().flatMap((row) => (row === undefined ? [] : [row]))
  // A list of 100,000 rows takes a while to be sorted for the first time.
  if (found.length === 0 && table.sorted && Object.hasOwn(table.sorted, 'newest')) {
    const newest = await rows.page('newest', ALL, { limit: LOOKED_THROUGH })
    found.push(...newest.filter(hasText))
  }
  const different = new Map(found.map((row) => [keyOf([table.owner(row), ...table.key(row)]), row]))
  return [...different.values()].slice(0, MOST_FOUND)
}
