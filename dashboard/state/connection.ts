import { effect, signal } from '@preact/signals'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import { token } from '../../src/doors/browser/kept.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
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

/** Messages between tabs with the same token. One of them holds the stream, since a browser opens only six connections to a host. */
type Told =
  | { readonly is: 'asked' | 'live' | 'opened' | 'lost' }
  | { readonly is: 'event'; readonly event: ControlEvent }

async function keepListening(client: typeof control.value, signal: AbortSignal): Promise<void> {
  const name = 'locks' in navigator ? await nameOfTabs() : undefined
  if (signal.aborted) return
  const others = name === undefined ? undefined : new BroadcastChannel(name)
  signal.addEventListener('abort', () => others?.close())
  let holdsStream = false
  const hear = (told: Told) => {
    if (told.is === 'event') for (const listener of listeners) listener(told.event)
    if (told.is === 'lost') connection.value = 'lost'
    if (told.is === 'asked' && holdsStream) others?.postMessage({ is: 'live' })
    if (told.is === 'opened' || (told.is === 'live' && connection.peek() !== 'live')) {
      judgeToken(client, true)
      connection.value = 'live'
      resync()
    }
  }
  const tell = (told: Told) => {
    if (signal.aborted) return
    hear(told)
    others?.postMessage(told)
  }
  others?.addEventListener('message', ({ data }: MessageEvent<Told>) => hear(data))
  others?.postMessage({ is: 'asked' })
  let failures = 0
  while (!signal.aborted) {
    try {
      await inTurn(name, signal, async (turn) => {
        const onOpen = () => {
          failures = 0
          holdsStream = true
          tell({ is: 'opened' })
        }
        for await (const event of client.events({ signal: turn, onOpen })) tell({ is: 'event', event })
      })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof UsageError && error.code === 'MOCK_TOKEN') {
        // The dialog opens a new connection.
        judgeToken(client, false)
        return
      }
    }
    holdsStream = false
    failures += 1
    if (failures > 1) tell({ is: 'lost' })
    await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)), signal)
  }
}

/** The name that tabs with the same token share. Any page of this origin can read the names of locks, so the token itself is not in it. */
async function nameOfTabs(): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token.peek()))
  return `wechatpay-mock events ${new Uint8Array(digest).join('.')}`
}

/**
 * Works while no other tab of that name does.
 *
 * @param name left out where the browser has no locks, which it lacks for pages of other machines over plain HTTP: there a tab works while it is
 * in sight
 */
async function inTurn(
  name: string | undefined,
  signal: AbortSignal,
  work: (turn: AbortSignal) => Promise<void>,
): Promise<void> {
  if (name !== undefined) return navigator.locks.request(name, { signal }, () => work(signal))
  const turned = () => new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }))
  while (document.hidden) await turned()
  const hidden = new AbortController()
  void turned().then(() => hidden.abort())
  return work(AbortSignal.any([signal, hidden.signal]))
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
