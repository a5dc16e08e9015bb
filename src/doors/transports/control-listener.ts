import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as turnOfTheLoop, setTimeout as wait } from 'node:timers/promises'
import type { ControlAppOptions } from '../../control/app.ts'
import type { Mock } from '../../engine/mock.ts'
import type { UnfinishedBodies } from '../../engine/unfinished-bodies.ts'
import { recorder } from '../../mock.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { OnRefused } from './read-request.ts'

/** How many bytes of answers may wait to be read before further calls wait too. */
const UNREAD_BYTES = 64 * 1_048_576

/** How long a client may leave its answer unread while others wait because of it, and how often that is checked; milliseconds. */
const UNREAD_MS = 2_000
const LOOK_MS = 20

/** How long a call may take before other work gets time after it, and the most time it gets; milliseconds. */
const SHORT_MS = 10
const LONGEST_REST_MS = 100

/** How long calls take, and the time that others get between two of them; milliseconds. */
interface Time {
  now(): number
  rest(ms: number): Promise<unknown>
}

const OF_THE_MACHINE: Time = { now: () => performance.now(), rest: wait }

/**
 * Starts calls of the control API one at a time. Their answers may be large and slow to make, such as a whole journal: between two calls the server
 * gets to its other work, and unread answers do not fill the memory.
 * @internal
 */
export class ControlTurns {
  readonly #unreadBytes: number
  readonly #unreadMs: number
  readonly #answers = new Set<ServerResponse>()
  readonly #hastened = new WeakSet<ServerResponse>()
  readonly #time: Time
  #last: Promise<unknown> = Promise.resolve()
  #restUntil = 0

  constructor(unreadBytes = UNREAD_BYTES, unreadMs = UNREAD_MS, time = OF_THE_MACHINE) {
    this.#unreadBytes = unreadBytes
    this.#unreadMs = unreadMs
    this.#time = time
  }

  /** Waits for the turn of a call; `false` if its client has gone away meanwhile. */
  take(answer: ServerResponse): Promise<boolean> {
    const turn = this.#last.then(() => this.#begin(answer))
    this.#last = turn
    return turn
  }

  async #begin(answer: ServerResponse): Promise<boolean> {
    await turnOfTheLoop()
    const rest = this.#restUntil - this.#time.now()
    if (rest > 0) await this.#time.rest(rest)
    while (!isGone(answer) && this.#unread() > this.#unreadBytes) {
      this.#hasten()
      await wait(LOOK_MS)
    }
    if (isGone(answer)) return false
    this.#answers.add(answer)
    answer.once('close', () => this.#answers.delete(answer))
    this.#restAfter(this.#time.now())
    return true
  }

  /** A turn of the event loop accepts at most one new connection, so a call that held it up is followed by as much time for others. */
  #restAfter(began: number): void {
    setImmediate(() => {
      const ended = this.#time.now()
      const held = ended - began
      if (held > SHORT_MS) this.#restUntil = ended + Math.min(held, LONGEST_REST_MS)
    })
  }

  #unread(): number {
    let bytes = 0
    for (const { writableLength } of this.#answers) bytes += writableLength
    return bytes
  }

  /** Clients that read, however slowly, keep their connections; those that do not lose them sooner than usual. */
  #hasten(): void {
    for (const answer of this.#answers) {
      if (answer.writableLength === 0 || this.#hastened.has(answer)) continue
      this.#hastened.add(answer)
      answer.socket?.setTimeout(this.#unreadMs)
    }
  }
}

function isGone({ destroyed, socket }: ServerResponse): boolean {
  return destroyed || socket === null || socket.destroyed
}

type ControlListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/**
 * Asked by whoever restarts a mock that does not answer in time, such as the health check of a container. It takes no time, so it need not wait for its
 * turn.
 */
const HEALTH = '/_mock/health'

/** A stream of events has no end: it ends with the client's side of the connection. */
const EVENTS = /^\/_mock\/events(?:\?|$)/

/** How long an answer to GET may take to begin once the client has closed its side: it may still read, but nearly always it has gone. */
const CLOSED_MS = 1_000

/** Ends a connection whose client has gone away, so that no work is done for it. */
function endWithClient({ method, url = '', socket }: IncomingMessage, outgoing: ServerResponse): void {
  if (method !== 'GET') return
  const hasGone = () => {
    if (EVENTS.test(url)) outgoing.destroy()
    else setTimeout(() => outgoing.headersSent || outgoing.destroy(), CLOSED_MS).unref()
  }
  if (socket.readableEnded) hasGone()
  else socket.once('end', hasGone)
  outgoing.once('close', () => socket.off('end', hasGone))
}

/** Serves the control API. Hono is loaded with the first call, to keep start-up fast. */
export function controlListener(
  mock: Mock,
  options: {
    allowedHosts: readonly string[]
    controlToken: string | undefined
    caCertificate: () => Promise<string | null>
    bodies: UnfinishedBodies
    onForeign: OnRefused
    onBug: (bug: unknown) => void
    mcp: ControlAppOptions['mcp'] | undefined
    /** Ends streams of events. */
    ending: AbortSignal
  },
): ControlListener {
  const turns = new ControlTurns()
  let listener: Promise<ControlListener> | undefined
  const load = async (): Promise<ControlListener> => {
    const { getRequestListener, RequestError } = await import('@hono/node-server')
    const { createControlApp, refuseUnread } = await import('../../control/app.ts')
    const app = await createControlApp(mock, {
      recorder,
      allowedHosts: options.allowedHosts,
      caCertificate: options.caCertificate,
      bodies: options.bodies,
      onForeign: options.onForeign,
      onBug: options.onBug,
      ending: options.ending,
      ...(options.controlToken !== undefined && { token: options.controlToken }),
      ...(options.mcp && { mcp: options.mcp }),
    })
    return getRequestListener(app.fetch, {
      overrideGlobalObjects: false,
      // For requests that do not reach the app, which answers its own errors.
      errorHandler: (error) => {
        if (!(error instanceof RequestError)) throw error
        return refuseUnread(unreadable(error.message), mock.language)
      },
    })
  }
  return async (incoming, outgoing) => {
    listener ??= load()
    const answer = await listener
    endWithClient(incoming, outgoing)
    if (incoming.url === HEALTH || (await turns.take(outgoing))) await answer(incoming, outgoing)
  }
}

function unreadable(reason: string): UsageError {
  return new UsageError('MOCK_FORBIDDEN_HOST', {
    en: `The control API cannot read where this request is for (${reason}): send a path, and a Host header such as localhost:8089.`,
    zh: `控制 API 无法判断此请求发往何处（${reason}）：请发送路径，以及 localhost:8089 这样的 Host 头。`,
  })
}
