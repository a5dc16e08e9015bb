import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { make, readyCall } from './signed-calls.ts'

const PAUSE_BETWEEN_CALLS_MS = 20

/** The control call that tells whether a mock is up. */
export const HEALTH = { method: 'GET', target: '/_mock/health', headers: {}, body: '', status: 200 }

/** Makes signed calls and control calls until told to stop. */
export class HonestClient {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  #stopped = false
  readonly #running: Promise<void>
  answered = 0
  slowestMs = 0

  /** @param url of the server */
  constructor(url: string) {
    this.#url = url
    this.#running = this.#run()
    // Thrown by `stop`.
    this.#running.catch(() => undefined)
  }

  /** @throws Error for the first call that was not answered as it should be */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    this.#agent.destroy()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      for (const ready of [await readyCall({ method: 'GET', target: '/v3/certificates', status: 200 }), HEALTH]) {
        const began = performance.now()
        await make(ready, this.#url, this.#agent)
        this.slowestMs = Math.max(this.slowestMs, performance.now() - began)
        this.answered += 1
      }
      await wait(PAUSE_BETWEEN_CALLS_MS)
    }
  }
}
