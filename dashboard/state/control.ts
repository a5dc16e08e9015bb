import { batch, computed, signal } from '@preact/signals'
import { token } from '../../src/browser/kept.ts'
import { ControlConnection, sendTo } from '../../src/control/client/connection.ts'
import { connectControl, type MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { language } from './appearance.ts'

/** How often a token was entered: each entry is another chance, even for the same token. */
const entries = signal(0)

const entryOf = new WeakMap<MockControl, number>()

/** The control API of the server that the page came from, in the page's language. */
export const control = computed<MockControl>(() => {
  const client = connectControl(location.origin, {
    language: language.value,
    ...(token.value !== '' && { token: token.value }),
  })
  entryOf.set(client, entries.value)
  return client
})

/** The same server, for calls of any product, which only the mock itself knows. */
export const connection = computed(
  () =>
    new ControlConnection(
      sendTo(location.origin, {
        language: language.value,
        ...(token.value !== '' && { token: token.value }),
      }),
      location.origin,
    ),
)

/** The entry whose token the server has refused. */
const refusedEntry = signal<number>()

/** Whether the server asks for a token, or for another one. */
export const tokenWanted = computed(() => refusedEntry.value === entries.value)

export function enterToken(text: string): void {
  batch(() => {
    token.value = text
    entries.value += 1
  })
}

/** Records whether the server accepts a client. Answers to an earlier token do not count for the present one. */
export function judgeToken(client: MockControl, letIn: boolean): void {
  if (entryOf.get(client) !== entries.peek()) return
  refusedEntry.value = letIn ? undefined : entries.peek()
}

/**
 * An error in words for people; also asks for a missing token.
 *
 * @param client client that the server answered
 */
export function messageOf(error: unknown, client: MockControl): string {
  if (!(error instanceof UsageError)) return error instanceof Error ? error.message : String(error)
  if (error.code === 'MOCK_TOKEN') judgeToken(client, false)
  return error.texts[language.value]
}
