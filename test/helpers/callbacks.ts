import type { NewNotification } from '../../src/engine/operation.ts'
import type { MockOptions } from '../../src/mock.ts'
import { type Receiver, startRawReceiver, startReceiver } from './receiver.ts'
import { save } from './save-callback.ts'
import { test as base, NOON } from './world.ts'

/** A machine whose time moves only when a test says so. */
function aMachine() {
  let at = NOON
  return {
    now: () => at,
    pass(ms: number) {
      at += ms
    },
  }
}

/** A mock whose clock stands still at noon, and receivers that end with the test. */
export const test = base
  .extend('machine', aMachine)
  .override('options', ({ machine }): MockOptions => ({ clock: machine, clockStart: { frozen: true } }))
  .extend('receiver', ({ task: _ }, { onCleanup }) => {
    const started: Pick<Receiver, 'close'>[] = []
    onCleanup(async () => {
      for (const receiver of started) await receiver.close()
    })
    const kept = async <Kind extends Pick<Receiver, 'close'>>(starting: Promise<Kind>): Promise<Kind> => {
      const receiver = await starting
      started.push(receiver)
      return receiver
    }
    return {
      start: (...args: Parameters<typeof startReceiver>) => kept(startReceiver(...args)),
      raw: (...args: Parameters<typeof startRawReceiver>) => kept(startRawReceiver(...args)),
    }
  })
  /** Starts a receiver, and sends it a callback. */
  .extend('sent', ({ mock, receiver }) => {
    return async (reply?: Parameters<typeof startReceiver>[0], more: Partial<NewNotification> = {}) => {
      const started = await receiver.start(reply)
      const { id } = await save(mock, { url: started.url, ...more })
      await mock.outbox.idle()
      return { ...started, id }
    }
  })
