import type { ShownNotification } from '../../src/control/formats/notification.ts'
import { readable } from '../../src/wire/shared/texts.ts'
import { texts } from './appearance.ts'
import { attempt, type Notice, tell } from './notices.ts'

/** Sends a callback, and reports the outcome: a sent callback may still be rejected by the receiver. */
export async function deliver(send: () => Promise<ShownNotification>): Promise<ShownNotification | undefined> {
  const sent = await attempt(send)
  if (sent) tell(...outcomeOf(sent))
  return sent
}

function outcomeOf({ attempts, due_time }: ShownNotification): readonly [text: string, kind: Notice['kind']] {
  const words = texts.value.callbacks.outcomes
  const last = attempts.at(-1)
  if (!last) return [due_time === undefined ? words.waits : words.waitsUntil(readable(due_time)), 'done']
  if (last.error !== undefined) return [words.failed(last.error), 'failed']
  if (last.status === 200 || last.status === 204) return [words.delivered, 'done']
  return [last.status === undefined ? words.waits : words.refused(last.status), 'failed']
}
