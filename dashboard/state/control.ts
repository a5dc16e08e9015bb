import { batch, computed, signal } from '@preact/signals'
import { ControlConnection, type Send, sendTo } from '../../src/control/client/connection.ts'
import { token } from '../../src/doors/browser/kept.ts'
import { MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { language } from './appearance.ts'
import { answerFrom, ORIGIN, saved } from './saved.ts'

/** How often a token was entered: each entry is another chance, even for the same token. */
const entries = signal(0)

const entryOf = new WeakMap<MockControl, number>()

type ChangeListener = (stage: 'begins' | 'ends') => void

const changes = new Set<ChangeListener>()

/** Calls `listener` before and after each control call of this page that may change something. The returned function unsubscribes it. */
export function onOwnChange(listener: ChangeListener): () => void {
  changes.add(listener)
  return () => changes.delete(listener)
}

/** Carries requests to the server that the page came from, in the page's language; for a saved view, answers them. */
const send = computed<Send>(() => {
  if (saved) return answerFrom(saved)
  const carry = sendTo(ORIGIN, { language: language.value, ...(token.value !== '' && { token: token.value }) })
  return async (request) => {
    if (request.method === 'GET') return carry(request)
    for (const listener of changes) listener('begins')
    try {
      return await carry(request)
    } finally {
      for (const listener of changes) listener('ends')
    }
  }
})

/** The control API of that server. */
export const control = computed<MockControl>(() => {
  const client = new MockControl(send.value, ORIGIN)
  entryOf.set(client, entries.value)
  return client
})

/** The same server, for calls of any product, which only the mock itself knows. */
export const connection = computed(() => new ControlConnection(send.value, ORIGIN))

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
