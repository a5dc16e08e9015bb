import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { USUAL_BODY_BYTES } from '../../engine/unfinished-bodies.ts'
import type { Language } from '../../wire/shared/texts.ts'
import type { CertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import { ForwardProxy } from './forward-proxy.ts'
import type { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './read-request.ts'
import { type Destination, TlsEnd, UndecidedConnections } from './tls-end.ts'

/** Counts the connections being served, and refuses those beyond the limit. */
class ConnectionLimit {
  readonly #limit: number
  #open = 0
  /** Connections that are being refused. */
  #refused = 0
  readonly #answers: PendingAnswers
  readonly #onRefused: OnRefused
  readonly #language: Language

  constructor(
    limit: number,
    { answers, onRefused, language }: { answers: PendingAnswers; onRefused: OnRefused; language: Language },
  ) {
    this.#limit = limit
    this.#answers = answers
    this.#onRefused = onRefused
    this.#language = language
  }

  /** Whether to serve a new connection; otherwise it has been refused. */
  admits(socket: Socket): boolean {
    if (this.#open >= this.#limit) {
      this.#refuse(socket)
      return false
    }
    this.#open += 1
    socket.once('close', () => {
      this.#open -= 1
    })
    return true
  }

  #refuse(socket: Socket): void {
    // One line in the log for each burst, not for each connection.
    if (this.#refused === 0) this.#onRefused({ reason: 'connections', host: '', detail: String(this.#limit) })
    this.#refused += 1
    socket.once('close', () => {
      this.#refused -= 1
    })
    this.#answers.endWith(
      socket,
      '503 Service Unavailable',
      {
        en: `wechatpay-mock takes ${this.#limit} connections at once, and has them: this is no answer of WeChat Pay. Keep connections alive, or use fewer.\n`,
        zh: `wechatpay-mock 同时最多接受 ${this.#limit} 个连接，现已用满，这不是微信支付的应答。请复用连接，或减少连接数。\n`,
      }[this.#language],
    )
  }
}

/** The least that the parser gets at a time, in bytes: room for some twenty small requests. */
const PIECE_BYTES = 512

/** The most that the parser gets of a body in chunks at a time, in bytes. */
const CHUNKED_BYTES = 4_096

/** How long large bodies and those in chunks may take in a turn of the event loop, in milliseconds. */
const TURN_MS = 2

/**
 * Shares out the time for large bodies, since a thousand connections may each send a mebibyte at once, and for bodies in chunks: each chunk is an event,
 * however short it is, so that a kibibyte of one-byte chunks takes as long as many mebibytes. Connections that send them wait once the time of a turn of
 * the event loop is used up, and one goes on in each later turn.
 */
export class BodyTurns {
  readonly #stopwatch: () => number
  readonly #waiting: (() => void)[] = []
  #leftMs = TURN_MS
  #isScheduled = false

  /** @param stopwatch milliseconds */
  constructor(stopwatch = () => performance.now()) {
    this.#stopwatch = stopwatch
  }

  /** Whether another piece may be parsed in this turn. */
  get allows(): boolean {
    return this.#leftMs > 0
  }

  /** Parses a piece, and charges the time that it takes. */
  spendOn(parse: () => void): void {
    const began = this.#stopwatch()
    parse()
    this.#leftMs -= this.#stopwatch() - began
    this.#schedule()
  }

  /** Continues in a later turn, behind those that wait already. */
  wait(next: () => void): void {
    this.#waiting.push(next)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#leftMs = TURN_MS
      this.#waiting.shift()?.()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }
}

/** Ends the header section of every request. */
const BLANK_LINE = '\r\n\r\n'

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Feeds the HTTP parser of a connection. Left alone, it parses everything that has arrived, thousands of small requests at a time, and each
 * is kept until it is answered. Here it gets a few of them at a time, and none while many wait for their answers, so that the client has to
 * wait as well. Large bodies and those in chunks take {@link BodyTurns}.
 */
export class RequestFeed {
  readonly #socket: Socket
  readonly #answers: PendingAnswers
  readonly #turns: BodyTurns
  readonly #listeners: readonly unknown[]
  /** Bytes that have arrived, but have not been parsed yet. */
  #rest = NOTHING
  #isWaiting = false

  /** Replaces the listeners with which an HTTP server has just begun to read a connection. */
  constructor(socket: Socket, answers: PendingAnswers, turns: BodyTurns) {
    this.#socket = socket
    this.#answers = answers
    this.#turns = turns
    this.#listeners = socket.listeners('data')
    socket.removeAllListeners('data').on('data', this.#feed)
  }

  /**
   * Hands the connection over to its next reader.
   *
   * @param head what the parser was given beyond the last request
   * @returns everything that has arrived after that request
   */
  stop(head: Buffer): Buffer {
    this.#socket.off('data', this.#feed)
    const all = this.#rest.length === 0 ? head : Buffer.concat([head, this.#rest])
    this.#rest = NOTHING
    return all
  }

  readonly #feed = (chunk: Buffer): void => {
    const socket = this.#socket
    this.#rest = chunk
    while (this.#rest.length > 0) {
      // Bytes after the last request are read and dropped.
      if (socket.destroyed || this.#answers.isEnding(socket)) {
        this.#rest = NOTHING
      } else if (socket.isPaused()) {
        // The server paused it, and will resume it.
        this.#putBack()
      } else if (this.#answers.isFull(socket)) {
        socket.pause()
        this.#putBack()
        this.#answers.onceRoom(socket, () => socket.resume())
      } else {
        const isChunked = this.#answers.isReceivingChunks(socket)
        // A client that is refused while it sends reads why only if the rest is taken from it soon.
        if (!isChunked && (this.#rest.length < USUAL_BODY_BYTES || this.#answers.isDropping(socket))) {
          this.#parse(endOfPiece(this.#rest))
        } else if (this.#turns.allows) {
          const most = isChunked ? CHUNKED_BYTES : Number.POSITIVE_INFINITY
          this.#turns.spendOn(() => this.#parse(Math.min(endOfPiece(this.#rest), most)))
        } else {
          socket.pause()
          this.#putBack()
          this.#waitForTurn()
        }
      }
    }
  }

  #parse(length: number): void {
    const all = this.#rest
    // Nearly always it is all, which needs no views.
    const piece = length === all.length ? all : all.subarray(0, length)
    this.#rest = length === all.length ? NOTHING : all.subarray(length)
    for (const listener of this.#listeners) (listener as (piece: Buffer) => void).call(this.#socket, piece)
  }

  /** Once: the server may resume the connection before its turn has come. */
  #waitForTurn(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#turns.wait(() => {
      this.#isWaiting = false
      this.#socket.resume()
    })
  }

  #putBack(): void {
    const rest = this.#rest
    this.#rest = NOTHING
    this.#socket.unshift(rest)
  }
}

/** Where to cut: after a header section, if possible, so that a full connection seldom leaves the parser in the middle of a request. */
function endOfPiece(bytes: Buffer): number {
  const first = bytes.indexOf(BLANK_LINE)
  if (first === -1) return bytes.length
  const head = first + BLANK_LINE.length
  // At most one request: clients that do not pipeline send nothing else.
  const isOne = bytes.indexOf(BLANK_LINE, head) === -1
  const blank = isOne ? -1 : bytes.indexOf(BLANK_LINE, PIECE_BYTES - BLANK_LINE.length)
  const end = blank === -1 ? bytes.length : blank + BLANK_LINE.length
  // Only behind the head is it known whether the body comes in chunks.
  return end > CHUNKED_BYTES ? head : end
}

/** The protocols on a port besides plain HTTP. */
interface OnePortParts {
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
  readonly #bodyTurns = new BodyTurns()
  readonly #serveHttp: (socket: Socket) => void

  constructor(server: Server, parts: OnePortParts) {
    const listeners = server.listeners('connection')
    this.#serveHttp = (socket) => {
      for (const listener of listeners) listener.call(server, socket)
      this.#feeds.set(socket, new RequestFeed(socket, parts.answers, this.#bodyTurns))
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
