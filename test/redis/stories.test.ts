import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { callNamed } from '../catalogue/requests.ts'
import { tellStories } from '../catalogue/stories.ts'
import { type OpenedMock, openMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'
import { type RunningRedis, startRedis } from './redis-server.ts'

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.remove())

const address = (prefix = randomUUID()) => `${redis.url}?prefix=${prefix}`

tellStories(({ seed: _, store: __, ...options }) => openMock({ ...options, seed: 'empty', store: address() }))

test('a planned answer is taken by one of two instances', async () => {
  const store = address()
  const openOne = async () => {
    const mock: OpenedMock = await openMock({ seed: 'empty', store, clock: { now: () => NOON } })
    onTestFinished(() => mock.close())
    const credentials = await mock.control.credentials()
    return {
      mock,
      client: createMerchantClient({ credentials, send: (request) => mock.handle(request), now: () => NOON }),
    }
  }
  const [first, second] = [await openOne(), await openOne()]
  const complaint = callNamed('GET /v3/merchant-service/complaints-v2/{complaint_id}')
  await first.client.call(complaint, { complaint_id: 'C1' })

  for (let round = 0; round < 10; round++) {
    const problem_description = `planned ${round}`
    await second.mock.control.answer('GET /v3/merchant-service/complaints-v2/{complaint_id}', { problem_description })
    const asked = [first, second, first, second].map(({ client }, i) =>
      client.call(complaint, { complaint_id: `${round}:${i}` }),
    )
    const answers = (await Promise.all(asked)).map(
      ({ body }) => (body as { problem_description: string }).problem_description,
    )

    expect(answers.filter((one) => one === problem_description)).toHaveLength(1)
    expect(await first.mock.control.answers()).toEqual([])
  }
})
