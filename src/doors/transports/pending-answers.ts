import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a refused client may take to read why. */
export const REFUSAL_MS = 1_000

/** How long a client may leave a finished answer unread. */
const UNREAD_MS = 30_000

/** How many requests of a connection may be unanswered before reading from it pauses. */
const PIPELINED = 16

/** State of a connection with answers still to come. */
interface Owed {
  readonly answers: Set<ServerResponse>
  latest?: ServerResponse
  /** Whether later requests are dropped unanswered. */
  ending: boolean
  /** Resumes reading, if it was paused. */
  resume?: () => void
}

/** The answers still to be written. They are made one at a time, and earlier requests are answered even if a later one is unreadable. */
export class PendingAnswers {
  readonly #owed = new WeakMap<Socket, Owed>()
  readonly #unreadMs: number

  constructor(unreadMs = UNREAD_MS) {
    this.#unreadMs = unreadMs
  }

  /**
   * Registers the answer of a request, and continues once the earlier ones on its connection have been written: a client that pipelines requests
   * has one answer made at a time, and further ones only as it reads.
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
      // A client that is still sending when its answer has been written has this long to read it; then the connection ends.
      const { req } = outgoing
      if (!req.complete) setTimeout(() => req.complete || socket.destroy(), REFUSAL_MS).unref()
    })
    if (!before) next()
    // Between two of its answers, other connections get their turn.
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

  /** Whether so many answers are pending that reading from the connection must pause. */
  isFull(socket: Socket): boolean {
    const owed = this.#owed.get(socket)
    return owed !== undefined && owed.answers.size >= PIPELINED
  }

  /** Whether the request that is being read has a body in chunks, answered or not. */
  isReceivingChunks(socket: Socket): boolean {
    const req = this.#owed.get(socket)?.latest?.req
    return req !== undefined && !req.complete && req.headers['transfer-encoding'] !== undefined
  }

  /** Whether the body that is being read is dropped: its request is answered already. */
  isDropping(socket: Socket): boolean {
    const latest = this.#owed.get(socket)?.latest
    return latest?.writableEnded === true && !latest.req.complete
  }

  /** Continues, once, when a full connection has room again or ends. */
  onceRoom(socket: Socket, next: () => void): void {
    this.#of(socket).resume = next
  }

  /** Whether a connection is ending, so that later requests are not answered. */
  isEnding(socket: Socket): boolean {
    return this.#owed.get(socket)?.ending === true
  }

  /**
   * Ends a connection with an unanswerable request: with a plain refusal if no earlier answers are pending, else after those. Either
   * way the socket closes soon, whatever the client does.
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
    const known = this.#owed.get(socket)
    if (known) return known
    const owed: Owed = { answers: new Set(), ending: false }
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
