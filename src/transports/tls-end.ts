import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { isLoopback } from '../engine/callbacks/callback-host.ts'
import { UsageError } from '../protocol/errors.ts'
import type { CertificateAuthority } from '../tls/certificate-authority.ts'
import { isWechatPayHost } from '../tls/hosts.ts'
import { OPENING_MS } from './first-byte.ts'
import type { OnRefused } from './refused-connection.ts'

const carriers = new WeakMap<Socket, Socket>()

/** The TCP connection under a connection, through all TLS on it. */
export function tcpConnectionOf(socket: Socket): Socket {
  const carrier = carriers.get(socket)
  return carrier ? tcpConnectionOf(carrier) : socket
}

/** Terminates TLS as WeChat Pay's hosts. `node:tls` and the CA are loaded with the first connection. */
export class TlsEnd {
  readonly #authority: CertificateAuthority
  readonly #onRefused: OnRefused
  readonly #onBug: (bug: unknown) => void
  /** Connections in a handshake and their handlers afterwards, by client address. */
  readonly #handshakes = new Map<
    string,
    { readonly socket: Socket; readonly serve: (secured: TLSSocket, name: string) => void }
  >()
  #server: Server | undefined
  #certificate: string | undefined

  constructor(authority: CertificateAuthority, told: { onRefused: OnRefused; onBug: (bug: unknown) => void }) {
    this.#authority = authority
    this.#onRefused = told.onRefused
    this.#onBug = told.onBug
  }

  /** Performs the handshake on a connection, and hands over the secured one with the requested name. A failed one is closed and reported. */
  async accept(socket: Socket, serve: (secured: TLSSocket, name: string) => void): Promise<void> {
    try {
      const server = await this.#secured()
      if (socket.destroyed) return
      const client = clientOf(socket)
      this.#handshakes.set(client, { socket, serve })
      socket.once('close', () => {
        if (this.#handshakes.get(client)?.socket === socket) this.#handshakes.delete(client)
      })
      // A client that closes its side during the handshake is gone; later it may do so before it reads the answer.
      socket.allowHalfOpen = false
      server.emit('connection', socket)
    } catch (error) {
      socket.destroy()
      if (error instanceof UsageError)
        this.#onRefused({ reason: 'authority', host: '', detail: error.message, cause: error })
      else this.#onBug(error)
    }
  }

  /** Ends the handshakes under way. */
  close(): void {
    for (const { socket } of this.#handshakes.values()) socket.destroy()
  }

  async #secured(): Promise<Server> {
    const { createServer } = await import('node:tls')
    const { key, certificate } = await this.#authority.serverCertificate()
    if (this.#server && this.#certificate !== certificate) this.#server.setSecureContext({ key, cert: certificate })
    this.#certificate = certificate
    this.#server ??= createServer({
      key,
      cert: certificate,
      // The live service answers http/1.1 whatever it is offered, and one SDK looks its headers up by their exact case.
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: OPENING_MS,
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    })
      .on('secureConnection', (secured) => this.#serve(secured))
      .on('tlsClientError', (error: TlsError, secured) => {
        this.#handshakes.delete(clientOf(secured))
        secured.destroy()
        this.#onRefused({ reason: reasonOf(error), host: nameOf(secured), detail: error.reason ?? error.message })
      })
    return this.#server
  }

  #serve(secured: TLSSocket): void {
    const client = clientOf(secured)
    const handshake = this.#handshakes.get(client)
    this.#handshakes.delete(client)
    const name = nameOf(secured)
    if (!handshake || (name !== '' && !isWechatPayHost(name) && !isLoopback(name))) {
      secured.destroy()
      if (handshake) this.#onRefused({ reason: 'server_name', host: name })
      return
    }
    carriers.set(secured, handshake.socket)
    secured.allowHalfOpen = true
    // An error ends the connection, even while nobody reads.
    secured.on('error', () => secured.destroy())
    handshake.serve(secured, name)
  }
}

/** Errors of OpenSSL have a code like `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA` and a reason like `tlsv1 alert unknown ca`. */
type TlsError = Error & { readonly code?: string; readonly reason?: string }

/** A client's address and port, which identify its connection. */
function clientOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** The name that a client requested; empty if it named none. */
function nameOf({ servername }: TLSSocket & { readonly servername?: string | false | null }): string {
  return servername ? servername.toLowerCase() : ''
}

/** Clients that do not trust a certificate report it differently: unknown ca, certificate unknown, bad certificate, or nothing. */
function reasonOf({ code = '' }: TlsError): 'untrusted' | 'silent' | 'handshake' {
  if (code === 'ECONNRESET') return 'silent'
  return /ALERT_(?:UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE)/.test(code) ? 'untrusted' : 'handshake'
}
