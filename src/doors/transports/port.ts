import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { plainHost } from '../../engine/callbacks/callback.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { createServer, STATUS_CODES } from '../../wire/shared/node-version.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import type { CertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import { OnePort } from './one-port.ts'
import { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './read-request.ts'
import { type Destination, formatAuthority, isAnsweredHere, parseTarget } from './tls-end.ts'
import { answerPlainly } from './write-answer.ts'

/** The refusal of a request that cannot be parsed and so reaches no handler. */
interface Refusal {
  /** Code and reason of the status line. */
  readonly status: string
  readonly explanation: Texts
}

/**
 * @param error reported by the HTTP server about the connection
 * @param headerLimit the largest head of a request, in bytes
 */
function refusalOf({ code, message }: NodeJS.ErrnoException, headerLimit: number): Refusal {
  const reason = message.replace(/^Parse Error: /, '')
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        explanation: told({
          en: `takes a request line and header fields of ${headerLimit} bytes at most`,
          zh: `最多接受 ${headerLimit} 字节的请求行和头部`,
        }),
      }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: '408 Request Timeout',
        explanation: told({
          en: 'has waited too long for the rest of this request',
          zh: '等待此请求的其余部分超时',
        }),
      }
    case 'HPE_PAUSED_H2_UPGRADE':
      return { status: '505 HTTP Version Not Supported', explanation: told(VERSIONS) }
    default:
      return {
        status: '400 Bad Request',
        explanation: told({
          en: `cannot read this as HTTP/1.1: ${reason}`,
          zh: `无法按 HTTP/1.1 解析此请求：${reason}`,
        }),
      }
  }
}

const VERSIONS: Texts = { en: 'speaks HTTP/1.1 and HTTP/1.0 only', zh: '只支持 HTTP/1.1 和 HTTP/1.0' }

/** Why a request that can be parsed is refused all the same: a gateway would, and Node either serves it or says nothing. */
function objectionTo({ headers, httpVersion }: IncomingMessage): readonly [status: number, texts: Texts] | undefined {
  const { expect = '100-continue', host, 'transfer-encoding': coding = 'chunked' } = headers
  if (!['1.1', '1.0'].includes(httpVersion)) return [505, VERSIONS]
  if (!host && httpVersion === '1.1') return [400, { en: 'needs a Host header', zh: '需要 Host 请求头' }]
  if (expect.toLowerCase() !== '100-continue') {
    return [417, { en: 'supports only 100-continue as the Expect header', zh: '的 Expect 请求头只能是 100-continue' }]
  }
  if (coding.toLowerCase() !== 'chunked') {
    return [501, { en: 'supports only chunked as a transfer coding', zh: '的传输编码只支持 chunked' }]
  }
  return undefined
}

function told({ en, zh }: Texts): Texts {
  return {
    en: `wechatpay-mock ${en}. This is no answer of WeChat Pay.`,
    zh: `wechatpay-mock ${zh}。这不是微信支付的应答。`,
  }
}

/** The address of a port, and the handlers of its requests. */
interface PortOptions {
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  /** Provides the certificate for TLS. */
  readonly authority: CertificateAuthority
  /** Whether proxied requests to hosts that are not WeChat Pay's are let through, untouched. */
  readonly passthrough: boolean
  /** How many connections are served at once. */
  readonly connectionLimit: number
  /** The language of texts for clients. */
  readonly language: Language
  /**
   * Answers a request that is for this port or for one of WeChat Pay's hosts; its target is in origin form.
   *
   * @param isProxied whether the target was in absolute form
   */
  readonly serve: (incoming: IncomingMessage, outgoing: ServerResponse, isProxied: boolean) => void
  readonly onRefused: OnRefused
  readonly onBug: (bug: unknown) => void
}

interface OpenPort {
  /** e.g. `http://127.0.0.1:8089` */
  readonly url: string
  readonly port: number
  readonly server: Server
  /** Takes no new requests, lets those in flight finish for up to `graceMs`, then cuts the rest. */
  close(graceMs: number): Promise<void>
}

const HEADER_LIMIT = 16_384
const KEEP_ALIVE_MS = 8_000
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000

/**
 * Opens a port that speaks HTTP/1.1, plain and over TLS as WeChat Pay's hosts, and is a forward proxy for them.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`, `MOCK_HOST` for an address that is not this machine's
 */
export async function openPort(options: PortOptions): Promise<OpenPort> {
  const { host, port, connectionLimit, language, serve } = options
  const answers = new PendingAnswers()
  const server = createServer(
    {
      maxHeaderSize: HEADER_LIMIT,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
      requireHostHeader: false,
    },
    (incoming, outgoing) => answers.add(incoming.socket, outgoing, () => take(incoming, outgoing)),
  )
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing))
  const take = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const objection = objectionTo(incoming)
    if (objection) {
      const [status, texts] = objection
      answerPlainly(outgoing, status, language, told(texts), STATUS_CODES[status])
      return
    }
    const { originForm, destination } = parseTarget(incoming.url ?? '/')
    if (destination === 'unreadable') {
      const why = { en: 'cannot read the host in the target of this request', zh: '无法从此请求的请求行中读出主机' }
      answerPlainly(outgoing, 400, language, told(why))
      return
    }
    if (destination && !isAnsweredHere(destination, own)) {
      onePort.proxy.forward(incoming, outgoing, destination, originForm)
      return
    }
    incoming.url = originForm
    serve(incoming, outgoing, destination !== undefined)
  }
  // As many again can be told that the limit is reached; the system closes any beyond that.
  server.maxConnections = 2 * connectionLimit
  // A client may close its sending side before it reads the answer.
  Object.assign(server, { httpAllowHalfOpen: true })
  server.on('timeout', (socket) => answers.endIdle(socket))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, explanation } = refusalOf(error, HEADER_LIMIT)
    answers.endWith(socket, status, `${explanation[language]}\n`)
  })
  let own: Destination = { host: plainHost(host), port }
  const onePort = new OnePort(server, { ...options, own: () => own, answers })
  own = { ...own, port: await listen(server, host, port) }
  return {
    url: `http://${formatAuthority(own)}`,
    port: own.port,
    server,
    close(graceMs) {
      onePort.close()
      return close(server, graceMs)
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      switch (error.code) {
        case 'EADDRINUSE':
          return reject(
            new UsageError('MOCK_PORT_IN_USE', {
              en: `Port ${port} of ${host} is in use: choose another with --port, or 0 for a free one.`,
              zh: `${host} 的端口 ${port} 已被占用，请用 --port 换一个，或用 0 自动选择。`,
            }),
          )
        case 'EACCES':
          return reject(
            new UsageError('MOCK_PORT_IN_USE', {
              en: `Port ${port} may not be used by this user: choose one above 1023 with --port.`,
              zh: `当前用户无权使用端口 ${port}，请用 --port 选择 1023 以上的端口。`,
            }),
          )
        case 'EADDRNOTAVAIL':
        case 'ENOTFOUND':
          return reject(
            new UsageError('MOCK_HOST', {
              en: `${host} is not an address of this machine: use 127.0.0.1, or 0.0.0.0 for all.`,
              zh: `${host} 不是本机地址，请使用 127.0.0.1，或用 0.0.0.0 表示全部地址。`,
            }),
          )
        default:
          return reject(error)
      }
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}
