import type { Counters, CounterWindow } from '../../engine/state/counters.ts'
import { encodeText } from '../encode-text.ts'
import { aScript, type RedisConnection } from './connection.ts'
import { COUNT_CALL, FORGET_CALLS } from './scripts.ts'

const COUNT = aScript(COUNT_CALL, false)
const FORGET = aScript(FORGET_CALLS, false)

/** Counts of calls for the rate limits, shared by all instances. */
export class RedisCounters implements Counters {
  readonly #connection: RedisConnection

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  async take({ mchid, operation, start }: CounterWindow, limit: number): Promise<boolean> {
    const window = [encodeText(mchid), encodeText(operation), String(start), String(limit)]
    return (await this.#connection.run(COUNT, window)) === 1
  }

  async clear(mchid?: string): Promise<void> {
    await this.#connection.run(FORGET, [mchid === undefined ? '' : encodeText(mchid)])
  }
}
