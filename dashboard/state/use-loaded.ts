import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { MockControl } from '../../src/control/client.ts'
import type { ControlEvent } from '../../src/control/formats/event.ts'
import { onEvent } from './connection.ts'
import { control, messageOf } from './control.ts'

/** What was asked for, as far as it is there. */
export interface Loaded<Value> {
  /** What came last, also while it is asked for again. */
  readonly value: Value | undefined
  readonly error: string | undefined
  reload(): void
}

/** How often a view asks again at most, however much happens, if it does not say otherwise. */
const PAUSE_MS = 400

/** From where on an answer is a lot of work for the mock, and how many times as long it is left to others then. */
const LONG_ANSWER_MS = 500
const PAUSES_PER_LONG_ANSWER = 4

/**
 * Asks the mock for something, and again when it has changed.
 *
 * @param key what is asked for, as a text: another one is asked for at once
 * @param concerns whether an event may have changed it; a gap in the events always may
 * @param pauseMs how long it waits at least before it asks again
 */
export function useLoaded<Value>(
  key: string,
  load: (client: MockControl) => Promise<Value>,
  concerns: (event: ControlEvent) => boolean = () => false,
  pauseMs = PAUSE_MS,
): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: string }>({ key })
  const latest = useRef({
    load,
    concerns,
    asked: 0,
    tookMs: 0,
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
    const started = performance.now()
    const answer = await current.load(client).then(
      (value) => ({ key, value }),
      (error: unknown) => ({ key, error: messageOf(error) }),
    )
    current.tookMs = performance.now() - started
    // An answer that was overtaken by a later question is old.
    if (mine === latest.current.asked) setState(answer)
  }, [key, client])

  useEffect(() => {
    void ask()
    const { current } = latest
    const stop = onEvent((event) => {
      if (event.type !== 'resync' && !current.concerns(event)) return
      const pause =
        current.tookMs < LONG_ANSWER_MS ? pauseMs : Math.max(pauseMs, PAUSES_PER_LONG_ANSWER * current.tookMs)
      current.timer ??= setTimeout(() => void ask(), event.type === 'resync' ? 0 : pause)
    })
    return () => {
      stop()
      clearTimeout(current.timer)
      current.timer = undefined
      current.asked += 1
    }
  }, [ask])

  const known = state.key === key ? state : { key }
  return { value: known.value, error: known.error, reload: () => void ask() }
}

/** Whether an event says that one of these tables or documents has changed. */
export function touches(...names: readonly string[]): (event: ControlEvent) => boolean {
  return (event) =>
    event.type === 'change' && [...event.change.tables, ...event.change.documents].some((name) => names.includes(name))
}
