import { type Exchange, mentions } from '../../engine/journal/journal.ts'
import { keyOf } from '../../engine/state/table.ts'
import { type Step, timelineOf, triesToTell } from '../timeline.ts'
import type { ServedThing } from './served-things.ts'
import { memberOfJson, stateOf } from './shown.ts'
import type { HistoryContext } from './thing.ts'

/** History of things that do not define their own: the exchanges that read, changed or name a row, and its states before and after. */

/** Events of such a history: a call created the row, or changed its state. */
export const TOUCHING_EVENTS = {
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
  const { mock, language, now, limit } = context
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
  const telling =
    member === undefined
      ? new Set<Exchange>()
      : await triesToTell(
          mock,
          mock.events,
          (content) => content[member] === called && (content.mchid === undefined || content.mchid === owner),
        )
  const about = (await mock.exchanges.list()).filter(
    (one) =>
      inRows(one.before.rows) !== undefined || inRows(one.changed) !== undefined || telling.has(one) || names(one),
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
    mock,
    language,
    state === undefined ? [] : stepsOf(sights, state, thing.since?.(row, now) ?? now),
    about,
    limit,
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
