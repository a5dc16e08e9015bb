import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Language } from '../shared/texts.ts'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { ConnectionLimit } from './connection-limit.ts'
import type { Destination } from './destination.ts'
import { UndecidedConnections } from './first-byte.ts'
import { ForwardProxy } from './forward-proxy.ts'
import type { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './refused-connection.ts'
import { RequestFeed } from './request-feed.ts'
import { TlsEnd } from './tls-end.ts'

/** The protocols on a port besides plain HTTP. */
export interface OnePortParts {
  readonly authority: CertificateAuthority
  /** The server's own address. */
  readonly own: () => Destination
  /** Whether proxied requests to hosts that are not WeChat Pay's are let through. */
  readonly passthrough: boolean
  /** How many connections are served at once. */
  readonly connectionLimit: number
  /** The language of texts for clients. */
  readonly language: Language
  readonly answers: PendingAnswers
  readonly onRefused: OnRefused
  readonly onBug: (bug: unknown) => void
}

/**
 * Lets an HTTP server speak every protocol on its one port: plain HTTP, TLS, and either through a CONNECT tunnel. Once unwrapped, a connection goes
 * to the server's own listener, so that the server's limits apply to all of them.
 */
export class OnePort {
  readonly proxy: ForwardProxy
  readonly #undecided = new UndecidedConnections()
  readonly #tls: TlsEnd
  readonly #answers: PendingAnswers
  readonly #onRefused: OnRefused
  readonly #tunnelled = new WeakSet<Socket>()
  readonly #feeds = new WeakMap<Socket, RequestFeed>()
  readonly #serveHttp: (socket: Socket) => void

  constructor(server: Server, parts: OnePortParts) {
    const listeners = server.listeners('connection')
    this.#serveHttp = (socket) => {
      for (const listener of listeners) listener.call(server, socket)
      this.#feeds.set(socket, new RequestFeed(socket, parts.answers))
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
      // An error ends the connection, even while nobody reads.
      socket.on('error', () => socket.destroy())
      if (limit.admits(socket)) this.#decide(socket)
    })
    server.on('connect', ({ url = '' }, socket: Socket, head: Buffer) => {
      this.proxy.connect(url, socket, this.#feeds.get(socket)?.stop(head) ?? head)
    })
  }

  /** Ends tunnels to other hosts and connections without a request yet, which the server does not know about. */
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
