import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenMockOptions, openMock, type WorldJson } from 'wechatpay-mock'
import { redisVersion, startRedis } from '../../test/redis/redis-server.ts'
import { progress } from './progress.ts'
import type { Report, Row } from './report.ts'

export const NOON = '2026-11-25T12:00:00+08:00'
const NEXT_NOON = '2026-11-26T12:00:00+08:00'
const CALLBACKS = 10_000
/** Each moves the clock over all of them, in a state of its own. */
const MOVES = 3

/** One move of the clock over thousands of callbacks, which the mock's own receiver takes, with each kind of store. */
export async function benchClockMove(): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-bench-'))
  const redis = redisVersion() === undefined ? undefined : await startRedis()
  try {
    const rows: Row[] = [
      await measure('in memory', () => ({})),
      await measure('with a data file', (round) => ({ data: join(folder, `${round}.db`) })),
    ]
    if (redis) rows.push(await measure('in Redis', (round) => ({ store: `${redis.url}?prefix=bench-${round}` })))
    return { title: `One move of the clock over ${CALLBACKS.toLocaleString('en')} callbacks, ${MOVES} rounds`, rows }
  } finally {
    await redis?.remove()
    rmSync(folder, { recursive: true })
  }
}

async function measure(
  where: string,
  storeOf: (round: number) => Pick<OpenMockOptions, 'data' | 'store'>,
): Promise<Row> {
  const took: number[] = []
  for (let round = 1; round <= MOVES; round++) {
    progress(`clock move: ${where}, round ${round} of ${MOVES}`)
    const mock = await openMock({
      ...storeOf(round),
      seed: callbacksWorld(CALLBACKS, 'http://127.0.0.1/_mock/receiver/bench'),
      clockStart: { now: Date.parse(NOON), frozen: true },
    })
    const begin = performance.now()
    await mock.control.setClock({ now: NEXT_NOON })
    took.push((performance.now() - begin) / 1_000)
    const { due_time, attempts } = (await mock.control.notifications())[0] ?? {}
    if (due_time !== undefined || attempts?.length !== 1) throw new Error('A callback was not delivered.')
    await mock.close()
  }
  return {
    what: `a move over ${CALLBACKS.toLocaleString('en')} callbacks, ${where}`,
    unit: 's',
    values: took,
    aim: { at: 'most', value: 5 },
  }
}

/** Callbacks that are due a day after the bench's clock begins. */
export function callbacksWorld(count: number, url = 'https://shop.example/notify'): WorldJson {
  return {
    notifications: Array.from({ length: count }, (_, position) => ({
      id: `W-${position}`,
      mchid: '1900000001',
      url,
      event_type: 'COUPON.SEND',
      summary: '商家券领券通知',
      original_type: 'coupon',
      associated_data: 'coupon',
      resource: '{}',
      schedule: 'coupon',
      create_time: NOON,
      position,
      due_time: NEXT_NOON,
      attempts: [],
    })),
  }
}
