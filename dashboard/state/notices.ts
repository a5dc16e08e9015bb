import { signal } from '@preact/signals'
import { control, messageOf } from './control.ts'

export interface Notice {
  readonly id: number
  readonly kind: 'done' | 'failed'
  readonly text: string
}

/** Transient messages to the user, newest last. */
export const notices = signal<readonly Notice[]>([])

const SHOWN_MS = { done: 4_000, failed: 12_000 } as const
let count = 0

export function tell(text: string, kind: Notice['kind'] = 'done'): void {
  count += 1
  const id = count
  notices.value = [...notices.value.slice(-2), { id, kind, text }]
  setTimeout(() => dismiss(id), SHOWN_MS[kind])
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** Performs a user's action and reports the outcome. Returns undefined on failure. */
export async function attempt<Value>(work: () => Promise<Value>, done?: string): Promise<Value | undefined> {
  const client = control.peek()
  try {
    const value = await work()
    if (done !== undefined) tell(done)
    return value
  } catch (error) {
    tell(messageOf(error, client), 'failed')
    return undefined
  }
}
