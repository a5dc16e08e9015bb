import type { Socket } from 'node:net'

/** How long a client may take to send its first byte, and to finish a TLS handshake; milliseconds. */
export const OPENING_MS = 10_000

/** The first byte of a TLS client hello: a record of type handshake. HTTP begins with a letter. */
const TLS_HANDSHAKE = 0x16

/** Connections whose protocol is not known yet. */
export class UndecidedConnections {
  readonly #sockets = new Set<Socket>()
  readonly #openingMs: number

  constructor(openingMs = OPENING_MS) {
    this.#openingMs = openingMs
  }

  /** Waits for the first byte, without consuming it, and hands the connection to the TLS or the HTTP handler. */
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

  /** Ends them all: a client that has sent nothing is owed nothing. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
