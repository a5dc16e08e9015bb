import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { transferWithAuthorization } from '../../src/products/operations.ts'
import { representatives } from '../helpers/representative.ts'
import { save } from '../helpers/save-callback.ts'
import { NOON } from '../helpers/world.ts'
import { CHANGED_ON_THE_WAY, openWorld } from '../products/changed-on-the-way.ts'
import { ENDINGS } from '../products/endings.ts'
import { authorized } from '../products/transfer/transfers.ts'
import { mockOnRedis } from './mock-on-redis.ts'
import { redisForFile, until } from './redis-server.ts'

const server = redisForFile()
const options = { clockStart: { now: NOON, frozen: true } } as const

test.for(representatives(Object.entries(ENDINGS)))('%s, by two instances', async ([, play]) => {
  const prefix = randomUUID()
  const [first, second] = [
    await mockOnRedis(server.address(prefix), options),
    await mockOnRedis(server.address(prefix), options),
  ]
  // Every other call goes to the other instance.
  let turn = 0
  const either = () => (turn++ % 2 === 0 ? first : second).mock.control
  const control = new Proxy(first.mock.control, { get: (_, name) => Reflect.get(either(), name) })
  await play({ control, clock: first.mock.clock })
})

test('what another instance ends while the clock is set back stays ended', async () => {
  const prefix = randomUUID()
  const instances = [
    await mockOnRedis(server.address(prefix), options),
    await mockOnRedis(server.address(prefix), options),
  ] as const
  const [first, second] = instances
  await first.mock.control.addTransferAuthorization({ out_authorization_no: 'A1', openid: 'oUser' })
  for (let round = 0; round < 20; round++) {
    await first.mock.control.advance('PT1H')
    const names = Array.from({ length: 8 }, (_, i) => `R${round}N${i}`)
    await Promise.all([
      ...names.map((out_bill_no) => second.client.call(transferWithAuthorization, authorized({ out_bill_no }))),
      first.mock.control.advance('-PT1H'),
    ])
    for (const name of names) expect(await first.mock.control.transfer(name)).toMatchObject({ state: 'SUCCESS' })
  }
})

test.for(representatives(Object.entries(CHANGED_ON_THE_WAY)))(
  'a move of the clock does not tell of an end that does not come: %s on the way',
  async ([, play]) => {
    const { store } = await mockOnRedis(server.address())
    await play(await openWorld({ store }))
  },
)

test('a move of the clock waits for the reply to an attempt of another instance, and does not repeat it meanwhile', async () => {
  const prefix = randomUUID()
  const released = Promise.withResolvers<void>()
  const sentBy: number[] = []
  const open = (instance: number) =>
    mockOnRedis(server.address(prefix), {
      ...options,
      receive: async () => {
        sentBy.push(instance)
        await released.promise
        return new Response(null, { status: 204 })
      },
    })
  const instances = [await open(0), await open(1)] as const
  await save(instances[0].mock)
  await until(async () => sentBy.length > 0)
  const [first, second] = instances
  const [sender, mover] = sentBy[0] === 0 ? [first, second] : [second, first]
  const looks = vi.spyOn(mover.store, 'transaction')
  const move = mover.mock.control.advance('PT1M')
  // It has looked for what is due, and again.
  await until(async () => sentBy.length > 1 || looks.mock.calls.length > 4)
  released.resolve()
  await move
  await sender.mock.outbox.idle()

  expect(sentBy).toHaveLength(1)
  expect(await mover.mock.control.notifications()).toMatchObject([{ state: 'delivered' }])
})
