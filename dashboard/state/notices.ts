import { signal } from '@preact/signals'
import { onEvent } from './connection.ts'
import { control, messageOf } from './control.ts'

export interface Notice {
  readonly id: number
  readonly kind: 'done' | 'failed'
  readonly text: string
}

/** Transient messages to the user, newest last. */
export const notices = signal<readonly Notice[]>([])

/** How many are shown at once. */
const MOST = 3
const SHOWN_MS = { done: 4_000, failed: 12_000 } as const
let count = 0

export function tell(text: string, kind: Notice['kind'] = 'done'): void {
  count += 1
  const id = count
  // A text that is said again takes the place of the first.
  notices.value = [...notices.value.filter((notice) => notice.text !== text), { id, kind, text }].slice(-MOST)
  setTimeout(() => dismiss(id), SHOWN_MS[kind])
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

// The failed requests have been made again.
onEvent(({ type }) => {
  if (type === 'resync') notices.value = notices.value.filter(({ kind }) => kind === 'done')
})

/** Performs a user's action and reports the outcome; notices of earlier actions, which may be out of date, go. Returns undefined on failure. */
export async function attempt<Value>(work: () => Promise<Value>, done?: string): Promise<Value | undefined> {
  const client = control.peek()
  notices.value = []
  try {
    const value = await work()
    if (done !== undefined) tell(done)
    return value
  } catch (error) {
    tell(messageOf(error, client), 'failed')
    return undefined
  }
}
