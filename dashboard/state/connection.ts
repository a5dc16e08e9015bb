import { effect, signal } from '@preact/signals'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { control, judgeToken } from './control.ts'

/** `lost`: the mock does not answer, and the page keeps trying. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting')

type Listener = (event: ControlEvent) => void

const listeners = new Set<Listener>()

/** Calls `listener` with each event; after a gap, with a `resync`. The returned function unsubscribes it. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Signals that everything may have changed. */
export function resync(): void {
  for (const listener of listeners) listener({ type: 'resync' })
}

const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5_000

/** Listens to the server for as long as the page is open, and reconnects after losing it. */
export function listen(): void {
  let current = new AbortController()
  // A new token or another language needs a new connection.
  effect(() => {
    const client = control.value
    current.abort()
    current = new AbortController()
    void keepListening(client, current.signal)
  })
}

async function keepListening(client: typeof control.value, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const opened = () => {
        if (signal.aborted) return
        failures = 0
        judgeToken(client, true)
        connection.value = 'live'
        resync()
      }
      for await (const event of client.events({ signal, onOpen: opened })) {
        for (const listener of listeners) listener(event)
      }
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof UsageError && error.code === 'MOCK_TOKEN') {
        // The dialog opens a new connection.
        judgeToken(client, false)
        return
      }
    }
    if (signal.aborted) return
    failures += 1
    if (failures > 1) connection.value = 'lost'
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)), signal)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
