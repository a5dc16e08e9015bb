import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a refused client may take to read why. */
const REFUSAL_MS = 1_000

/** How long a client may read nothing of an answer that is ready. */
const UNREAD_MS = 30_000

/** The answers still to be written, so that an unreadable request does not cost earlier requests their answers. */
export class PendingAnswers {
  readonly #pending = new WeakMap<Socket, Set<ServerResponse>>()
  readonly #unreadMs: number

  constructor(unreadMs = UNREAD_MS) {
    this.#unreadMs = unreadMs
  }

  /**
   * Registers the answer of a request, and continues once the earlier ones on its connection have been written: a client that pipelines requests
   * has one answer made at a time, and none that it does not read.
   */
  add(socket: Socket, outgoing: ServerResponse, next: () => void): void {
    const pending = this.#of(socket)
    const before = [...pending].at(-1)
    pending.add(outgoing)
    // A client that does not read would hold its connection forever. The time to make an answer does not count.
    socket.setTimeout(this.#unreadMs)
    outgoing.on('timeout', () => {
      if (socket.writableLength > 0) socket.destroy()
      else socket.setTimeout(this.#unreadMs)
    })
    outgoing.once('close', () => pending.delete(outgoing))
    if (!before) next()
    else before.once('close', () => !socket.destroyed && next())
  }

  /**
   * Ends a connection with an unanswerable request: with a plain refusal if the client is owed no answer, else after the answers it is owed. Either
   * way the socket is gone soon, whatever the client does.
   */
  endWith(socket: Socket, status: string, explanation = ''): void {
    socket.resume()
    // An incomplete request has no answer to wait for.
    const owed = [...this.#of(socket)].filter(({ req, headersSent }) => req.complete || headersSent)
    if (owed.length > 0) {
      for (const outgoing of owed) outgoing.shouldKeepAlive = false
      owed.at(-1)?.once('close', () => socket.destroySoon())
      return
    }
    socket.end(
      `HTTP/1.1 ${status}\r\nServer: nginx\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(explanation)}\r\nConnection: close\r\n\r\n${explanation}`,
    )
    setTimeout(() => socket.destroy(), REFUSAL_MS).unref()
  }

  /** Whether a client has made any request yet, whatever its outcome. */
  hasAsked(socket: Socket): boolean {
    return this.#pending.has(socket)
  }

  /** Continues once the client has all the answers it is owed; never if it goes away first. */
  afterPending(socket: Socket, next: () => void): void {
    const last = [...this.#of(socket)].at(-1)
    if (!last) {
      next()
      return
    }
    last.once('close', () => {
      if (!socket.destroyed) next()
    })
  }

  #of(socket: Socket): Set<ServerResponse> {
    const pending = this.#pending.get(socket) ?? new Set()
    this.#pending.set(socket, pending)
    return pending
  }
}
