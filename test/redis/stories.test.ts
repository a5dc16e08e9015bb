import { expect, onTestFinished, test } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { openMock } from '../helpers/engine.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { shareOrders } from '../operations/stories/sharing-story.ts'
import { MCHID, type Take, takeAs } from '../operations/stories/story.ts'
import { encrypted, KEY, told } from '../products/transfer/transfers.ts'
import { redisForFile } from './redis-server.ts'

const server = redisForFile()

test('story 8 of pay-family.md 15, with every call to another of two mocks', async () => {
  const receiver = await startReceiver(204)
  onTestFinished(() => receiver.close())
  const store = server.address()
  const open = async () => {
    const mock = await openMock({ store, seed: 'empty', clockStart: { frozen: true } })
    onTestFinished(() => mock.close())
    const send: Parameters<typeof createMerchantClient>[0]['send'] = (request) => mock.handle(request)
    const client = createMerchantClient({
      credentials: await mock.control.credentials(),
      send,
      now: () => mock.clock.now(),
    })
    return { mock, take: takeAs(client, KEY) }
  }
  const [first, second] = [await open(), await open()]
  const supplier = await first.mock.control.createMerchant({ name: '供货商有限公司' })
  let calls = 0
  const take: Take = (...step) => (calls++ % 2 === 0 ? first : second).take(...step)
  const notices = async () => {
    await expect.poll(() => receiver.received.length).toBe(3)
    const opened = receiver.received.map((one) => told(one, supplier.api_v3_key))
    // Two are sent at one instant, by whichever mock comes first.
    const place = ({ summary, resource }: (typeof opened)[number]) => summary + resource.out_order_no
    return opened.toSorted((a, b) => (place(a) < place(b) ? -1 : 1))
  }
  const { control } = second.mock
  await shareOrders({ take, control, mchid: MCHID, supplier, seal: encrypted, told: { url: receiver.url, notices } })
})
