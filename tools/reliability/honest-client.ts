import { once } from 'node:events'
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { make, readyCall } from './signed-calls.ts'

const PAUSE_BETWEEN_CALLS_MS = 20

/** The control call that tells whether a mock is up. */
export const HEALTH = { method: 'GET', target: '/_mock/health', headers: {}, body: '', status: 200 }

/** The calls that clients made in a while. */
interface Made {
  answered: number
  slowestMs: number
}

/** Makes signed calls and control calls until told to stop. */
class HonestClient {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  #stopped = false
  readonly #running: Promise<void>
  made: Made = { answered: 0, slowestMs: 0 }

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
        this.made.slowestMs = Math.max(this.made.slowestMs, performance.now() - began)
        this.made.answered += 1
      }
      await wait(PAUSE_BETWEEN_CALLS_MS)
    }
  }
}

/** Honest clients in a thread of their own: one that shared its thread with an attacker would also wait for that to send. */
export class HonestClients {
  readonly #thread: Worker

  private constructor(thread: Worker) {
    this.#thread = thread
  }

  /** Starts them, each with a connection of its own. */
  static async start(url: string, clients = 1): Promise<HonestClients> {
    const thread = new Worker(new URL(import.meta.url), { workerData: { url, clients } })
    await once(thread, 'message')
    return new HonestClients(thread)
  }

  /** The calls made since the last question. */
  async made(): Promise<Made> {
    return this.#ask('made')
  }

  /** Stops them. Returns the calls made since the last question. @throws Error for the first call that was not answered as it should be */
  async stop(): Promise<Made> {
    return this.#ask('stop')
  }

  async #ask(question: 'made' | 'stop'): Promise<Made> {
    this.#thread.postMessage(question)
    const [made]: Made[] = await once(this.#thread, 'message')
    return made as Made
  }
}

if (!isMainThread && parentPort) {
  const port = parentPort
  const { url, clients } = workerData as { readonly url: string; readonly clients: number }
  const honest = Array.from({ length: clients }, () => new HonestClient(url))
  port.on('message', async (question) => {
    if (question === 'stop') await Promise.all(honest.map((client) => client.stop()))
    const made = honest.map((client) => client.made)
    for (const client of honest) client.made = { answered: 0, slowestMs: 0 }
    port.postMessage({
      answered: made.reduce((sum, { answered }) => sum + answered, 0),
      slowestMs: Math.max(...made.map(({ slowestMs }) => slowestMs)),
    } satisfies Made)
    if (question === 'stop') port.close()
  })
  port.postMessage('started')
}
