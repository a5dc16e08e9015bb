import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { isLoopback, plainHost } from '../../engine/callbacks/callback.ts'
import { isWechatPayHost } from '../../wire/protocol/authorization.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { CertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import type { OnRefused } from './read-request.ts'

/** The destination of a proxied request. */
export interface Destination {
  /** Lower case, an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
}

/** Parses `host:port`, as in CONNECT; `undefined` for anything else. */
export function parseAuthority(text: string): Destination | undefined {
  const port = /:(\d{1,5})$/.exec(text)?.[1]
  if (port === undefined || /[/?#@\\\s]/.test(text)) return undefined
  const parsed = URL.parse(`http://${text}`)
  return parsed?.hostname ? { host: plainHost(parsed.hostname), port: Number(port) } : undefined
}

interface RequestTarget {
  /** Path and query, byte for byte: the signature does not cover scheme and authority of a proxied request. */
  readonly originForm: string
  /** Set for a target in absolute form; `unreadable` if its authority is invalid. */
  readonly destination?: Destination | 'unreadable'
}

/** Parses the target of a request in origin form (`/v3/…`) or absolute form (`http://api.mch.weixin.qq.com/v3/…`). */
export function parseTarget(target: string): RequestTarget {
  if (target.startsWith('/')) return { originForm: target }
  const [whole, scheme, authority] = /^(https?):\/\/([^/?#]*)/i.exec(target) ?? []
  if (whole === undefined || authority === undefined) return { originForm: rooted(target) }
  const port = scheme?.toLowerCase() === 'https' ? 443 : 80
  return {
    originForm: rooted(target.slice(whole.length)),
    destination: parseAuthority(/:\d+$/.test(authority) ? authority : `${authority}:${port}`) ?? 'unreadable',
  }
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** Whether a proxied request is for the mock itself: for one of WeChat Pay's hosts, or for its own address. */
export function isAnsweredHere({ host, port }: Destination, own: Destination): boolean {
  return isWechatPayHost(host) || (port === own.port && (isLoopback(host) || host === own.host))
}

/** Formats a destination for messages and request lines. */
export function formatAuthority({ host, port }: Destination): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

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
      // A client that closes its side during the handshake has left; later it may do so before it reads the answer.
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
