import type { Socket } from 'node:net'

/** Milliseconds that a client may take to its first byte, and to a TLS handshake. */
export const OPENING_MS = 10_000

/** The first byte of a TLS client hello: a record of type handshake. HTTP begins with a letter. */
const TLS_HANDSHAKE = 0x16

/** Connections whose client has not said yet what it speaks. */
export class UndecidedConnections {
  readonly #sockets = new Set<Socket>()
  readonly #openingMs: number

  constructor(openingMs = OPENING_MS) {
    this.#openingMs = openingMs
  }

  /** Waits for the first byte and hands the connection, with nothing taken off it, to the one that speaks TLS or to the one that speaks HTTP. */
  decide(
    socket: Socket,
    serve: { readonly tls: (socket: Socket) => void; readonly http: (socket: Socket) => void },
  ): void {
    const destroy = () => socket.destroy()
    const settle = () => {
      this.#sockets.delete(socket)
      socket.setTimeout(0, destroy)
      socket.off('readable', look).off('end', destroy).off('close', settle)
    }
    const look = () => {
      const first: Buffer | null = socket.read(1)
      if (first === null) return
      settle()
      socket.unshift(first)
      if (first[0] === TLS_HANDSHAKE) serve.tls(socket)
      else serve.http(socket)
    }
    this.#sockets.add(socket)
    socket.setTimeout(this.#openingMs, destroy)
    socket.on('readable', look).on('end', destroy).on('close', settle)
  }

  /** Ends them all: nothing is owed to a client that has said nothing. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
