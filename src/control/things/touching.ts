import { type Exchange, mentions } from '../../engine/journal/journal.ts'
import { keyOf } from '../../engine/state/table.ts'
import { type Step, timelineOf, triesToTell } from '../timeline.ts'
import type { ServedThing } from './served-things.ts'
import { memberOfJson, stateOf } from './shown.ts'
import type { HistoryContext } from './thing.ts'

/** What happened to things that do not say it themselves: the exchanges that read a row or name it, and the states that they found it in. */

/** The event of such a history: its state was another one afterwards. */
export const CHANGED = 'changed'

/** The newest entries of the history of a row. */
export async function touchingHistory(thing: ServedThing, row: unknown, context: HistoryContext) {
  const { mock, language, now, limit } = context
  const { table } = thing
  const owner = table.owner(row)
  const key = table.key(row)
  const called = key.at(-1)
  const json = thing.show(row, now)
  // The member that has the last part of the key: calls and callbacks name the thing by it.
  const member = called === undefined ? undefined : membersOf(json).find((name) => memberOfJson(json, name) === called)
  const isThat = (one: unknown) => table.owner(one) === owner && keyOf(table.key(one)) === keyOf(key)
  const found = ({ before }: Exchange) => (before.rows[table.name] ?? []).find(isThat)
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
    (one) => found(one) !== undefined || telling.has(one) || names(one),
  )
  const seen = about.flatMap((exchange) => {
    const one = found(exchange)
    const state = one === undefined ? undefined : stateOf(thing, one, exchange.at)
    return state === undefined ? [] : [{ exchange, state }]
  })
  const state = stateOf(thing, row, now)
  return timelineOf(
    mock,
    language,
    state === undefined ? [] : changesOf(seen, state, now),
    about,
    limit,
    seen[0]?.state,
  )
}

function membersOf(json: unknown): readonly string[] {
  return typeof json === 'object' && json !== null ? Object.keys(json) : []
}

/** Where one exchange found another state than the next one, or than there is now, something has changed it in between. */
function changesOf(
  seen: readonly { readonly exchange: Exchange; readonly state: string }[],
  present: string,
  now: number,
): readonly Step[] {
  return seen.flatMap(({ exchange, state }, i): readonly Step[] => {
    const next = seen[i + 1]
    const after = next?.state ?? present
    if (after === state) return []
    const isDone = exchange.response !== undefined && exchange.response.status < 300
    const byCall = isDone && exchange.request.method !== 'GET'
    const at = byCall ? exchange.at : (next?.exchange.at ?? now)
    return [{ event: CHANGED, at, before: state, after, byCall, isTold: false }]
  })
}
