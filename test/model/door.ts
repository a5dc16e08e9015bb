import { setTimeout as sleep } from 'node:timers/promises'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import { countStart } from '../../src/engine/state/documents.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { createMock } from '../helpers/engine.ts'
import { NOON } from './references.ts'
import type { OpenStore } from './subject.ts'

/** A mock that can be ended and started again with its store. */
export interface Door {
  readonly control: MockControl
  send(request: {
    readonly method: string
    readonly target: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Uint8Array
  }): Promise<{ readonly status: number; readonly body: Uint8Array }>
  restart(): Promise<void>
  /** Where callbacks to a merchant go. */
  callbackUrl(mchid: string): string
  /** Has `listener` called with each callback that arrives there. Its receiver replies once that resolves. */
  onCallback(listener: (mchid: string, body: string) => Promise<void>): void
  /** `kill -9`, where it is a process of its own; to be started again by `restart`. */
  kill?(): Promise<void>
  close(): Promise<void>
}

const SHOP = 'https://shop.example/told/'

interface DoorOptions {
  /** The longest that a shop takes to reply to a callback, milliseconds. Default: 0. */
  readonly replyMs?: number
  /** How many instances of the mock share the store and take the calls in turn. Default: 1. */
  readonly instances?: number
}

/** A mock in this process, on a store that is closed and opened again if there is one. */
export async function openDoor(
  merchants: readonly Merchant[],
  openStore?: OpenStore,
  { replyMs = 0, instances = 1 }: DoorOptions = {},
): Promise<Door> {
  let heard: (mchid: string, body: string) => Promise<void> = async () => {}
  const open = async (instance: number) => {
    const store = await openStore?.()
    if (store) await countStart(store.documents)
    return createMock({
      // Two instances must not make the same ids.
      ...{ seed: 'empty', auth: 'lenient', randomSeed: `ledger ${instance}`, journalLimit: 4, diagnosis: 'off' },
      clockStart: { now: NOON, frozen: true },
      ...(store && { store }),
      async receive(callback) {
        const [, mchid] = callback.url.split(SHOP)
        if (mchid !== undefined) await heard(mchid, await callback.text())
        if (replyMs > 0) await sleep(Math.random() * replyMs)
        return new Response(null, { status: 204 })
      },
    })
  }
  const openAll = async () => {
    const opened = []
    for (let instance = 0; instance < instances; instance++) opened.push(await open(instance))
    return opened
  }
  let mocks = await openAll()
  let asked = 0
  const inTurn = () => mocks[asked++ % mocks.length] ?? failWithout()
  for (const merchant of merchants) await inTurn().merchants.add(merchant)
  return {
    get control() {
      return (mocks[0] ?? failWithout()).control
    },
    send: (request) => inTurn().handle(request),
    callbackUrl: (mchid) => `${SHOP}${mchid}`,
    onCallback(listener) {
      heard = listener
    },
    async restart() {
      if (!openStore) return
      for (const mock of mocks) {
        // A callback whose reply the mock does not wait for comes again.
        await mock.outbox.idle()
        await mock.close()
      }
      mocks = await openAll()
    },
    async close() {
      for (const mock of mocks) await mock.close()
    },
  }
}

function failWithout(): never {
  throw new Error('A door needs an instance of the mock.')
}

/** A door whose answers have another text in place of one: to see whether a book notices. */
export function distorted(door: Door, right: string | RegExp, wrong: (found: string) => string): Door {
  return Object.assign(Object.create(door), {
    async send(request: Parameters<Door['send']>[0]) {
      const { status, body } = await door.send(request)
      const text = Buffer.from(body).toString('utf8')
      const other = text.replace(right, wrong)
      // A packed file is not text.
      return { status, body: other === text ? body : Buffer.from(other) }
    },
  })
}

/** A door that tells of each callback twice. */
export function toldTwice(door: Door): Door {
  return Object.assign(Object.create(door), {
    onCallback(listener: Parameters<Door['onCallback']>[0]) {
      door.onCallback(async (mchid, body) => {
        await listener(mchid, body)
        await listener(mchid, body)
      })
    },
  })
}
