import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a client that was refused may take to read why. */
const REFUSAL_MS = 1_000

/** How long a client may take none of an answer that is there for it. */
const UNREAD_MS = 30_000

/** The answers that are still to be written, so that what cannot be read behind a request does not cost it its answer. */
export class PendingAnswers {
  readonly #pending = new WeakMap<Socket, Set<ServerResponse>>()
  readonly #unreadMs: number

  constructor(unreadMs = UNREAD_MS) {
    this.#unreadMs = unreadMs
  }

  /**
   * Takes a request's answer in, and goes on once those before it on the connection have been written: who sends requests without waiting gets
   * one answer made at a time, and what it does not read is not made.
   */
  add(socket: Socket, outgoing: ServerResponse, next: () => void): void {
    const pending = this.#of(socket)
    const before = [...pending].at(-1)
    pending.add(outgoing)
    // Who does not read would hold its connection for ever. While nothing is there to be read, an answer may take as long as it takes.
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
   * Ends a connection on which something can not be answered: with a plain refusal when nothing is owed to the client, else after the
   * answers that are. Either way the socket is gone soon, whatever the client does.
   */
  endWith(socket: Socket, status: string, explanation = ''): void {
    socket.resume()
    // A request that does not come to its end has no answer to wait for.
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

  /** Whether a client has asked for anything yet, whatever became of it. */
  hasAsked(socket: Socket): boolean {
    return this.#pending.has(socket)
  }

  /** Goes on once everything that the client is owed has been written; never when it goes away before. */
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
