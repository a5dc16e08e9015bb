import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { errorJson } from '../../src/control/answer-format.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { type ControlApp, controlApp } from '../helpers/control-app.ts'
import { createMock } from '../helpers/engine.ts'

const MANY = 4_000
const seed = { coupons: Array.from({ length: MANY }, (_, i) => ({ stock_id: '100088', coupon_code: `C${i}` })) }

async function mockOfMany() {
  const mock = createMock({ seed })
  const bugs: unknown[] = []
  const app = await controlApp(mock, { onBug: (bug) => bugs.push(bug) })
  const described = vi.spyOn(coupons, 'toJson')
  onTestFinished(() => described.mockRestore())
  return { mock, app, bugs, described }
}

const getWorld = async (app: ControlApp) => app.request('/_mock/world')

/** Lets calls go on as far as they can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Notes the statuses of calls in the order in which they are answered. */
function inOrder(calls: readonly Promise<Response>[]): number[] {
  const order: number[] = []
  for (const [i, call] of calls.entries()) void call.then(() => order.push(i))
  return order
}

describe('a world', () => {
  test('is described as fast as it is read', async () => {
    const { app, described } = await mockOfMany()
    const { body } = await getWorld(app)
    const reader = body?.getReader()
    expect(described).not.toHaveBeenCalled()

    const first = await reader?.read()
    await settle()
    expect(first?.value?.length).toBeGreaterThan(10_000)
    expect(described.mock.calls.length).toBeGreaterThan(0)
    expect(described.mock.calls.length).toBeLessThanOrEqual(1_000)
    await reader?.cancel()
  })

  test('is that of one instant, however long the client takes', async () => {
    const { mock, app } = await mockOfMany()
    const answer = await getWorld(app)
    await mock.control.patchCoupon('100088', `C${MANY - 1}`, { state: 'USED' })
    await mock.control.addCoupon({ stock_id: '100088', coupon_code: 'NEW' })

    const world = z.looseObject({ coupons: z.array(z.unknown()) }).parse(await answer.json())
    expect(world.coupons).toHaveLength(MANY)
    expect(world.coupons.at(-1)).toMatchObject({ coupon_code: `C${MANY - 1}`, state: 'SENDED' })
    expect((await mock.control.worldCounts()).coupons).toBe(MANY + 1)
  })

  test('that cannot be described to the end breaks off, and the bug is told', async () => {
    const { app, bugs, described } = await mockOfMany()
    described.mockImplementation(() => {
      throw new Error('a bug')
    })

    await expect((await getWorld(app)).text()).rejects.toThrow('a bug')
    expect(bugs).toEqual([new Error('a bug')])
    described.mockRestore()
    expect((await getWorld(app)).status).toBe(200)
  })
})

describe('costly calls', () => {
  test('are answered one after another, others meanwhile', async () => {
    const { mock, app } = await mockOfMany()
    const file = await mock.control.worldFile()
    await mock.control.keepSnapshot({ name: 'kept' })
    const kept = await mock.control.snapshot('kept')
    const request = (method: string, path: string, body?: string | Blob) =>
      Promise.resolve(
        app.request(path, { method, ...(body && { body, headers: { 'Content-Type': 'application/json' } }) }),
      )
    const calls = [
      request('GET', '/_mock/world'),
      request('PUT', '/_mock/world', file),
      request('POST', '/_mock/snapshots', '{"name":"another"}'),
      request('GET', '/_mock/snapshots/kept'),
      request('POST', '/_mock/snapshots/kept/restore'),
      request('GET', '/_mock/world'),
    ]
    const order = inOrder(calls)

    await settle()
    expect(order).toEqual([0])
    expect((await request('GET', '/_mock/world/counts')).status).toBe(200)
    const texts = await Promise.all(calls.map(async (call) => (await call).text()))
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 204, 201, 200, 204, 200])
    expect(texts[3]).toBe(JSON.stringify(kept))
  })

  test('wait in a queue that has an end', async () => {
    const { app } = await mockOfMany()
    const calls = Array.from({ length: 130 }, () => getWorld(app))
    const order = inOrder(calls.slice(0, -1))

    const last = await calls.at(-1)
    expect(last?.status).toBe(503)
    expect(last?.headers.get('retry-after')).toBe('1')
    expect(errorJson.parse(await last?.json())).toMatchObject({
      code: 'MOCK_WORLD_BUSY',
      message: expect.stringContaining('128 calls wait already'),
    })
    for (const call of calls.slice(0, -1)) await (await call).body?.cancel()
    expect(order).toEqual(Array.from({ length: 129 }, (_, i) => i))
  })

  test.for<[what: string, take: (app: ControlApp) => Promise<unknown>]>([
    ['asks for the head only', async (app) => app.request('/_mock/world', { method: 'HEAD' })],
    ['goes away in the midst', async (app) => (await getWorld(app)).body?.cancel()],
    ['is refused', async (app) => app.request('/_mock/world?mchid=1900009999')],
    [
      'goes away while it waits',
      async (app) => {
        const first = await getWorld(app)
        const left = new AbortController()
        const waiting = app.request(new Request('http://localhost/_mock/world', { signal: left.signal }))
        await settle()
        left.abort()
        expect((await waiting).status).toBe(503)
        await first.body?.cancel()
      },
    ],
  ])('do not wait for a client that %s', async ([, take]) => {
    const { app } = await mockOfMany()
    await take(app)

    expect((await getWorld(app)).status).toBe(200)
  })

  test('do not wait for a client that reads nothing', async () => {
    const { app } = await mockOfMany()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const silent = await getWorld(app)
    const next = getWorld(app)
    vi.advanceTimersByTime(10_000)

    expect((await next).status).toBe(200)
    await expect(silent.text()).rejects.toThrow('not read the answer for too long')
  })
})
