import type { MockOptions } from '../../src/mock.ts'
import { type Receiver, startRawReceiver, startReceiver } from './receiver.ts'
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
