import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
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

const shapedCall = 'GET /v3/merchant-service/complaints-v2/{complaint_id}'
const unknownCall = 'GET /v3/new-product/things/1'

test.for([
  [shapedCall, { merge: { problem_description: 'planned' } }],
  [unknownCall, { status: 200, body: { problem_description: 'planned' } }],
] as const)('a planned answer is taken by one of two instances: %s', async ([operation, plan]) => {
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

  for (let round = 0; round < 10; round++) {
    await second.mock.control.planAnswer({ operation, ...plan })
    const calls = [first, second, first, second].map(({ client }, i) => {
      const target = operation.slice('GET '.length).replace('{complaint_id}', `${round}:${i}`)
      return client.request({ target })
    })
    const answers = (await Promise.all(calls)).map(({ body }) => JSON.stringify(body) ?? '')

    expect(answers.filter((one) => one.includes('planned'))).toHaveLength(1)
    expect(await first.mock.control.answers()).toEqual([])
  }
})
