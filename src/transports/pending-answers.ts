import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a refused client may take to read why. */
export const REFUSAL_MS = 1_000

/** How long a client may read nothing of an answer that is ready. */
const UNREAD_MS = 30_000

/** How many requests of a connection may be without their answers before no more of it is read. */
const PIPELINED = 16

/** What a connection is still owed. */
interface Owed {
  readonly answers: Set<ServerResponse>
  /** The answer to the latest request, written or not. */
  latest?: ServerResponse
  /** Whether nothing that still arrives is answered. */
  ending: boolean
  /** Resumes reading, where it was paused. */
  resume?: () => void
}

/** The answers still to be written. They are made one at a time, and an unreadable request does not cost earlier requests theirs. */
export class PendingAnswers {
  readonly #owed = new WeakMap<Socket, Owed>()
  readonly #unreadMs: number

  constructor(unreadMs = UNREAD_MS) {
    this.#unreadMs = unreadMs
  }

  /**
   * Registers the answer of a request, and continues once the earlier ones on its connection have been written: a client that pipelines requests
   * has one answer made at a time, and none that it does not read.
   */
  add(socket: Socket, outgoing: ServerResponse, next: () => void): void {
    const owed = this.#of(socket)
    const before = latestOf(owed)
    owed.answers.add(outgoing)
    owed.latest = outgoing
    socket.setTimeout(this.#unreadMs)
    outgoing.once('close', () => {
      owed.answers.delete(outgoing)
      if (owed.answers.size < PIPELINED) resumeReading(owed)
      // A client that is still sending when its answer is out has this long to read it; then the connection ends.
      const { req } = outgoing
      if (!req.complete) setTimeout(() => req.complete || socket.destroy(), REFUSAL_MS).unref()
    })
    if (!before) next()
    // Between two of its answers others get their turn.
    else before.once('close', () => setImmediate(() => !socket.destroyed && next()))
  }

  /**
   * Ends a connection on which nothing has moved for a while: a client that does not read its answer would hold it forever. The time to make an answer
   * does not count.
   */
  endIdle(socket: Socket): void {
    const isMade = socket.writableLength > 0 || this.#of(socket).answers.size === 0
    if (isMade) socket.destroy()
    else socket.setTimeout(this.#unreadMs)
  }

  /** Whether so many answers are pending that no more of the connection is to be read. */
  isFull(socket: Socket): boolean {
    const owed = this.#owed.get(socket)
    return owed !== undefined && owed.answers.size >= PIPELINED
  }

  /** Continues, once, when a connection that is full no longer is, or ends. */
  onceRoom(socket: Socket, next: () => void): void {
    this.#of(socket).resume = next
  }

  /** Whether a connection ends, so that nothing that still comes is answered. */
  isEnding(socket: Socket): boolean {
    return this.#owed.get(socket)?.ending === true
  }

  /**
   * Ends a connection with an unanswerable request: with a plain refusal if the client is owed no answer, else after the answers it is owed. Either
   * way the socket is gone soon, whatever the client does.
   */
  endWith(socket: Socket, status: string, explanation = ''): void {
    const state = this.#of(socket)
    state.ending = true
    resumeReading(state)
    socket.resume()
    // An incomplete request has no answer to wait for.
    const last = [...state.answers].findLast(({ req, headersSent }) => req.complete || headersSent)
    if (last) {
      last.shouldKeepAlive = false
      last.once('close', () => socket.destroySoon())
      return
    }
    socket.end(
      `HTTP/1.1 ${status}\r\nServer: nginx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(explanation)}\r\nConnection: close\r\n\r\n${explanation}`,
    )
    setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
  }

  /** Whether a client has made any request yet, whatever its outcome. */
  hasAsked(socket: Socket): boolean {
    return this.#owed.has(socket)
  }

  /** Continues once the client has all the answers it is owed; never if it goes away first. */
  afterPending(socket: Socket, next: () => void): void {
    const last = latestOf(this.#of(socket))
    if (!last) {
      next()
      return
    }
    last.once('close', () => {
      if (!socket.destroyed) next()
    })
  }

  #of(socket: Socket): Owed {
    const owed = this.#owed.get(socket) ?? { answers: new Set(), ending: false }
    this.#owed.set(socket, owed)
    return owed
  }
}

/** The last answer that is still to be written. */
function latestOf({ answers, latest }: Owed): ServerResponse | undefined {
  return latest && answers.has(latest) ? latest : undefined
}

function resumeReading(owed: Owed): void {
  const { resume } = owed
  delete owed.resume
  resume?.()
}
