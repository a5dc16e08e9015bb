import type { Counters, CounterWindow } from '../../engine/state/counters.ts'
import { encodeText } from '../encode-text.ts'
import { aScript, type RedisConnection } from './connection.ts'
import { COUNT_CALL, FORGET_CALLS, IS_LIMIT_REACHED } from './scripts/rates.ts'

const COUNT = aScript(COUNT_CALL, false)
const IS_REACHED = aScript(IS_LIMIT_REACHED, false)
const FORGET = aScript(FORGET_CALLS, false)

/** Counts of calls for the rate limits, shared by all instances. */
export class RedisCounters implements Counters {
  readonly #connection: RedisConnection

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  async take(window: CounterWindow, limit: number): Promise<boolean> {
    return (await this.#connection.run(COUNT, argumentsOf(window, limit))) === 1
  }

  async isReached(window: CounterWindow, limit: number): Promise<boolean> {
    return (await this.#connection.run(IS_REACHED, argumentsOf(window, limit))) === 1
  }

  async clear(mchid?: string): Promise<void> {
    await this.#connection.run(FORGET, [mchid === undefined ? '' : encodeText(mchid)])
  }
}

function argumentsOf({ mchid, operation, start }: CounterWindow, limit: number): string[] {
  return [encodeText(mchid), encodeText(operation), String(start), String(limit)]
}
