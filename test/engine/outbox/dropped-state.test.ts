import { describe, expect, vi } from 'vitest'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'
import { NOON } from '../../helpers/world.ts'

const MINUTE = 60_000
/** How long what comes by itself may take on a busy machine. */
const SOON = { timeout: 10_000 }

describe('state that is dropped', () => {
  test('takes its callbacks along, also those under way', async ({ mock, control, receiver, onTestFinished }) => {
    const arrived = Promise.withResolvers<unknown>()
    const { url } = await receiver.start(arrived.resolve)
    // Nothing else ends what is under way.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    await save(mock, { url })
    await save(mock, { url })
    await arrived.promise
    await control.reset()
    await mock.outbox.idle()

    expect(await control.notifications()).toEqual([])
    expect(await control.journal()).toEqual([])
    expect((await control.world()).notifications).toEqual([])
  })

  test("of one merchant leaves another's callbacks", async ({ mock, control, receiver }) => {
    const { mchid } = await control.createMerchant()
    let arrived = 0
    const { url } = await receiver.start((_, response) => {
      arrived++
      if (arrived === 2) response.writeHead(200).end()
    })
    await save(mock, { url, mchid })
    await save(mock, { url })
    await expect.poll(() => arrived, SOON).toBe(1)
    await control.reset(mchid)
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([{ mchid: mock.defaultMerchant.mchid, state: 'delivered' }])
  })

  test("of one merchant leaves another's tries under way", async ({ mock, control, receiver }) => {
    await mock.setClock({ frozen: false })
    const { mchid } = await control.createMerchant()
    const replies: (() => void)[] = []
    const hang: Parameters<typeof receiver.start>[0] = (_, response) => {
      replies.push(() => response.writeHead(200).end())
    }
    const [one, other] = [await receiver.start(hang), await receiver.start(hang)]
    await save(mock, { url: one.url, mchid })
    await save(mock, { url: other.url })
    await expect.poll(() => replies.length, SOON).toBe(2)
    await control.reset(mchid)
    for (const reply of replies) reply()
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([
      { mchid: mock.defaultMerchant.mchid, state: 'delivered', attempts: [{ status: 200 }] },
    ])
  })

  test('comes back with a snapshot, which goes on where it was', async ({ mock, control, sent }) => {
    const { received, id } = await sent(500)
    await mock.advance(MINUTE)
    const snapshot = await control.world()
    await control.reset()
    await mock.advanceTo(NOON + 5 * MINUTE)
    expect(received).toHaveLength(2)

    await mock.setClock({ now: NOON + MINUTE })
    await control.restore(snapshot)
    await mock.outbox.idle()
    expect((await control.world()).notifications).toEqual(snapshot.notifications)
    expect(received).toHaveLength(2)
    await mock.advance(MINUTE)
    expect(received).toHaveLength(3)
    expect(JSON.parse(received[2]?.body ?? '').id).toBe(id)
  })
})
