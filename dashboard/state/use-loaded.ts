import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { onEvent } from './connection.ts'
import { control, messageOf, onOwnChange, tokenWanted } from './control.ts'

/** The result of a request, as far as it has arrived. */
export interface Loaded<Value> {
  /** The latest value, even while it is being reloaded. */
  readonly value: Value | undefined
  readonly error: string | undefined
  reload(): void
}

/** Minimum time between two requests of a view, however much happens. */
const SHORTEST_PAUSE_MS = 400
/** Maximum time that it waits. */
const LONGEST_PAUSE_MS = 4_000
/** Time after which it asks again if the answer was lost on the way. */
const LOST_PAUSE_MS = 1_000
/** The pause as a multiple of the time that the last answer took: in a large world, the mock answers nobody else in that time. */
const PAUSE_IN_ANSWER_TIMES = 4

const nothing = () => false

/**
 * Requests something from the mock, and again after it changed.
 *
 * @param key identifies the request; a new key is requested at once
 * @param concerns whether an event may have changed it; a gap in the events always may
 */
export function useLoaded<Value>(
  key: string,
  load: (client: MockControl) => Promise<Value>,
  concerns: (event: ControlEvent) => boolean = nothing,
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: string }>({ key })
  const latest = useRef({
    load,
    concerns,
    asked: 0,
    askedAt: 0,
    pauseMs: SHORTEST_PAUSE_MS,
    timer: undefined as ReturnType<typeof setTimeout> | undefined,
  })
  latest.current.load = load
  latest.current.concerns = concerns
  const client = control.value

  const ask = useCallback(async () => {
    const { current } = latest
    clearTimeout(current.timer)
    current.timer = undefined
    current.asked += 1
    const mine = current.asked
    current.askedAt = performance.now()
    const { askedAt } = current
    let isLost = false
    const answer = await current.load(client).then(
      (value) => ({ key, value }),
      (error: unknown) => {
        // As when the network changes, which the connection for events may survive.
        isLost = error instanceof UsageError && error.code === 'MOCK_UNREACHABLE'
        const said = messageOf(error, client)
        // The dialog for the token already says so.
        return tokenWanted.peek() ? { key } : { key, error: said }
      },
    )
    const tookMs = performance.now() - askedAt
    current.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, PAUSE_IN_ANSWER_TIMES * tookMs))
    // A later request has overtaken this answer.
    if (mine !== latest.current.asked) return
    setState(answer)
    if (isLost) current.timer ??= setTimeout(() => void ask(), LOST_PAUSE_MS)
  }, [key, client])

  useEffect(() => {
    void ask()
    const { current } = latest
    const stop = onEvent((event) => {
      if (event.type !== 'resync' && !current.concerns(event)) return
      // At once after a quiet time, and then with a pause.
      const dueMs = event.type === 'resync' ? 0 : current.askedAt + current.pauseMs - performance.now()
      current.timer ??= setTimeout(() => void ask(), Math.max(0, dueMs))
    })
    return () => {
      stop()
      clearTimeout(current.timer)
      current.timer = undefined
      current.asked += 1
    }
  }, [ask])

  // Shows what the user has done before any event tells of it, and nothing older.
  useEffect(() => {
    if (concerns === nothing) return undefined
    return onOwnChange((stage) => {
      if (stage === 'ends') void ask()
      else latest.current.asked += 1
    })
  }, [ask])

  const known = state.key === key ? state : { key }
  return { value: known.value, error: known.error, reload: () => void ask() }
}

/** Whether an event says that one of these tables or documents has changed. */
export function touches(...names: readonly string[]): (event: ControlEvent) => boolean {
  return (event) =>
    event.type === 'change' && [...event.change.tables, ...event.change.documents].some((name) => names.includes(name))
}
