import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { ConnectionLimit } from './connection-limit.ts'
import type { Destination } from './destination.ts'
import { UndecidedConnections } from './first-byte.ts'
import { ForwardProxy } from './forward-proxy.ts'
import type { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './refused-connection.ts'
import { TlsEnd } from './tls-end.ts'

/** What speaks on a port besides plain HTTP. */
export interface OnePortParts {
  readonly authority: CertificateAuthority
  /** Where the server listens. */
  readonly own: () => Destination
  /** Whether proxied requests to hosts that are not WeChat Pay's are let through. */
  readonly passthrough: boolean
  /** Connections that are served at once. */
  readonly connectionLimit: number
  readonly answers: PendingAnswers
  readonly onRefused: OnRefused
  readonly onBug: (bug: unknown) => void
}

/**
 * Lets an HTTP server speak everything on its one port: plain HTTP, TLS, and either of them through a tunnel that CONNECT opens. A connection is
 * handed to the server's own listener once what carries it is taken off, so that its limits count for all of them.
 */
export class OnePort {
  readonly proxy: ForwardProxy
  readonly #undecided = new UndecidedConnections()
  readonly #tls: TlsEnd
  readonly #answers: PendingAnswers
  readonly #onRefused: OnRefused
  readonly #tunnelled = new WeakSet<Socket>()
  readonly #serveHttp: (socket: Socket) => void

  constructor(server: Server, parts: OnePortParts) {
    const listeners = server.listeners('connection')
    this.#serveHttp = (socket) => {
      for (const listener of listeners) listener.call(server, socket)
    }
    this.#tls = new TlsEnd(parts.authority, parts)
    this.#answers = parts.answers
    this.#onRefused = parts.onRefused
    this.proxy = new ForwardProxy({
      ...parts,
      isTunnelled: (socket) => this.#tunnelled.has(socket),
      serve: (socket) => {
        this.#tunnelled.add(socket)
        this.#decide(socket)
      },
    })
    const limit = new ConnectionLimit(parts.connectionLimit, parts)
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      // What goes wrong on a connection ends it, also while nobody reads.
      socket.on('error', () => socket.destroy())
      if (limit.admits(socket)) this.#decide(socket)
    })
    server.on('connect', ({ url = '' }, socket: Socket, head: Buffer) => this.proxy.connect(url, socket, head))
  }

  /** Ends the connections that have not come to a request, and tunnels to other hosts: the server does not know of them. */
  close(): void {
    this.#undecided.close()
    this.#tls.close()
    this.proxy.close()
  }

  #decide(socket: Socket): void {
    this.#undecided.decide(socket, {
      http: this.#serveHttp,
      tls: (carrier) =>
        void this.#tls.accept(carrier, (secured, host) => {
          secured.once('close', () => {
            if (!this.#answers.hasAsked(secured)) this.#onRefused({ reason: 'silent', host })
          })
          if (this.#tunnelled.has(carrier)) this.#tunnelled.add(secured)
          this.#serveHttp(secured)
        }),
    })
  }
}
