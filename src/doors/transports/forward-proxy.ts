import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { HOP_BY_HOP } from '../../wire/protocol/message.ts'
import { request as makeRequest } from '../../wire/shared/node-version.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import type { PendingAnswers } from './pending-answers.ts'
import type { OnRefused } from './read-request.ts'
import {
  type Destination,
  formatAuthority,
  isAnsweredHere,
  OPENING_MS,
  parseAuthority,
  tcpConnectionOf,
} from './tls-end.ts'
import { answerPlainly } from './write-answer.ts'

/** How long a tunnel may be idle before it is closed, milliseconds. */
const IDLE_MS = 120_000

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n'

export interface ForwardProxyParts {
  /** The mock's own address. */
  readonly own: () => Destination
  /** Whether requests to hosts other than WeChat Pay's pass through untouched. */
  readonly passthrough: boolean
  /** The language of texts for clients. */
  readonly language: Language
  readonly answers: PendingAnswers
  /** Whether a connection came through a tunnel, inside which no further tunnel is allowed. */
  readonly isTunnelled: (socket: Socket) => boolean
  /** Takes over a connection to one of WeChat Pay's hosts. */
  readonly serve: (socket: Socket) => void
  readonly onRefused: OnRefused
}

/** The forward proxy: WeChat Pay's hosts are answered by the mock, all others refused or let through. */
export class ForwardProxy {
  readonly #parts: ForwardProxyParts
  readonly #tunnels = new Set<Socket>()

  constructor(parts: ForwardProxyParts) {
    this.#parts = parts
  }

  /** Answers CONNECT. `head` is what the client has already sent after it. */
  connect(target: string, socket: Socket, head: Buffer): void {
    const { own, passthrough, language, answers, serve, onRefused, isTunnelled } = this.#parts
    const destination = parseAuthority(target)
    if (!destination || isTunnelled(socket)) {
      const rule = {
        en: 'CONNECT takes a host and a port, such as api.mch.weixin.qq.com:443, and is not sent through a tunnel.\n',
        zh: 'wechatpay-mock：CONNECT 后面应为主机和端口，如 api.mch.weixin.qq.com:443，且不能在隧道内使用。\n',
      }
      answers.endWith(socket, '400 Bad Request', rule[language])
      return
    }
    if (isAnsweredHere(destination, own())) {
      answers.afterPending(socket, () => {
        socket.write(ESTABLISHED)
        if (head.length > 0) socket.unshift(head)
        serve(socket)
      })
      return
    }
    if (passthrough) {
      answers.afterPending(socket, () => this.#tunnel(destination, socket, head))
      return
    }
    onRefused({ reason: 'host', host: formatAuthority(destination) })
    const refusal = refusalOf(destination)
    answers.endWith(socket, `403 ${refusal.en.replace(/\.$/, '')}`, `${refusal[language]}\n`)
  }

  /** Answers a request in absolute form to a host that is not WeChat Pay's. */
  forward(incoming: IncomingMessage, outgoing: ServerResponse, destination: Destination, originForm: string): void {
    const { passthrough, language, onRefused } = this.#parts
    const host = formatAuthority(destination)
    if (!passthrough) {
      onRefused({ reason: 'host', host })
      answerPlainly(outgoing, 403, language, refusalOf(destination))
      return
    }
    let isOver = false
    const end = () => {
      isOver = true
      upstream.destroy()
    }
    const fail = (detail: string) => {
      // A request that is aborted before its answer reports that as an error.
      if (isOver) return
      end()
      if (outgoing.headersSent) return cut(outgoing)
      onRefused({ reason: 'unreachable', host, detail })
      answerPlainly(outgoing, 502, language, unreachable(destination, detail))
    }
    const upstream = makeRequest({
      ...destination,
      method: incoming.method ?? 'GET',
      path: originForm,
      headers: [...endToEnd(incoming.rawHeaders), ...framingOf(incoming)],
      setHost: false,
      agent: false,
      timeout: IDLE_MS,
    })
    upstream.on('response', (answer) => {
      const { statusCode = 502, statusMessage, rawHeaders } = answer
      // Node's parser accepts statuses that its writer does not; and nobody asked for a 101.
      if (statusCode < 200) return fail(`it answered with status ${statusCode}`)
      outgoing.writeHead(statusCode, visible(statusMessage), endToEnd(rawHeaders))
      answer.pipe(outgoing)
      answer.on('error', ({ message }) => fail(message))
    })
    // The `Upgrade` header is not passed on, so nobody asked for it.
    upstream.on('upgrade', () => fail('it switched protocols'))
    upstream.on('timeout', () => fail('no answer'))
    upstream.on('error', ({ message }) => fail(message))
    outgoing.on('close', end)
    incoming.pipe(upstream)
  }

  /** Ends all tunnels. */
  close(): void {
    for (const socket of this.#tunnels) socket.destroy()
  }

  #tunnel(destination: Destination, socket: Socket, head: Buffer): void {
    const { language, answers, onRefused } = this.#parts
    // Either side may close its half and still read the other.
    const upstream = connect({ ...destination, allowHalfOpen: true })
    const giveUp = (detail: string) => {
      upstream.destroy()
      onRefused({ reason: 'unreachable', host: formatAuthority(destination), detail })
      answers.endWith(socket, '502 Bad Gateway', `${unreachable(destination, detail)[language]}\n`)
    }
    const failed = ({ message }: Error) => giveUp(message)
    const tooLate = () => giveUp('no connection in time')
    const close = () => {
      this.#tunnels.delete(socket)
      socket.destroy()
      upstream.destroy()
    }
    this.#tunnels.add(socket)
    socket.on('error', close).on('close', close)
    upstream.setTimeout(OPENING_MS, tooLate).on('error', failed)
    upstream.on('connect', () => {
      upstream.off('timeout', tooLate).off('error', failed)
      upstream.setTimeout(IDLE_MS, close).on('error', close).on('close', close)
      socket.write(ESTABLISHED)
      upstream.write(head)
      socket.pipe(upstream)
      upstream.pipe(socket)
    })
  }
}

function refusalOf(destination: Destination): Texts {
  const host = formatAuthority(destination)
  return {
    en: `${host} is not one of WeChat Pay's hosts: start wechatpay-mock with --proxy-passthrough to let it through.`,
    zh: `${host} 不是微信支付的域名：启动 wechatpay-mock 时加上 --proxy-passthrough 可直接转发。`,
  }
}

function unreachable(destination: Destination, detail: string): Texts {
  const host = formatAuthority(destination)
  return { en: `wechatpay-mock cannot reach ${host}: ${detail}.`, zh: `wechatpay-mock 无法连接 ${host}：${detail}。` }
}

/** The header fields that are passed on to the other side. `Connection` cannot remove Content-Length: without it, nobody knows where the body ends. */
function endToEnd(raw: readonly string[]): string[] {
  const names = raw.filter((_, i) => i % 2 === 0)
  const own = names.flatMap((name, i) => (name.toLowerCase() === 'connection' ? (raw[2 * i + 1] ?? '').split(',') : []))
  const dropped = new Set([...HOP_BY_HOP, ...own.map((name) => name.trim().toLowerCase())])
  dropped.delete('content-length')
  return names.flatMap((name, i) => (dropped.has(name.toLowerCase()) ? [] : [name, raw[2 * i + 1] ?? '']))
}

/** Header fields that mark the end of a body without a length: left alone, Node would send that of a GET or DELETE unframed. */
function framingOf({ headers, method = '' }: IncomingMessage): string[] {
  if (headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked']
  const isMissed = headers['content-length'] === undefined && ['POST', 'PUT', 'PATCH'].includes(method)
  return isMissed ? ['Content-Length', '0'] : []
}

/** Shows the client that an answer is incomplete. If the end of the connection is the end of the body, only a reset can tell. */
function cut(outgoing: ServerResponse): void {
  const { chunkedEncoding, socket } = outgoing
  if (!chunkedEncoding && socket) tcpConnectionOf(socket).resetAndDestroy()
  else outgoing.destroy()
}

/** A reason phrase without the characters that HTTP does not allow in one. */
function visible(text = ''): string {
  return text.replaceAll(/[^\t\x20-\x7E\x80-\xFF]/g, '')
}
