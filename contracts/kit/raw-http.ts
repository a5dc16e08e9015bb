import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import { namesOf } from '../../src/control/guard.ts'
import { openPort } from '../../src/doors/transports/port.ts'
import {
  foreignRequest,
  type OnRefused,
  OwnNames,
  requestHead,
  withBody,
} from '../../src/doors/transports/read-request.ts'
import { answerPlainly, reportNoRoom } from '../../src/doors/transports/write-answer.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { UnfinishedBodies } from '../../src/engine/unfinished-bodies.ts'
import { WECHATPAY_HOSTS } from '../../src/wire/protocol/authorization.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { HOP_BY_HOP } from '../../src/wire/protocol/message.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import { type CertificateAuthority, createCertificateAuthority } from '../../src/wire/tls/certificate-authority.ts'
import { textsOf } from './reason.ts'

/** Sends requests and returns answers unchanged: the bytes of the body, header names in their original spelling. */
export interface RawSender {
  readonly send: (request: WireRequest) => Promise<WireResponse>
  close(): void
}

export interface RawSenderOptions {
  /** Time limit of an answer, up to its last byte, milliseconds. Default: 30 seconds. */
  readonly answerLimitMs?: number | undefined
  /** Called with the error of an answer that is late. */
  readonly onLate?: ((error: UsageError) => void) | undefined
}

export const ANSWER_LIMIT_MS = 30_000

/**
 * @param origin scheme, host and port, e.g. `http://127.0.0.1:8089`
 * @returns a function that rejects with a UsageError `MOCK_NO_ANSWER` for an answer that is late or too large
 */
export function rawSender(origin: string, options: RawSenderOptions = {}): RawSender {
  const { answerLimitMs = ANSWER_LIMIT_MS, onLate = () => undefined } = options
  const { Agent, request: start } = origin.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true })
  const send = async ({ method, target, headers, body }: WireRequest): Promise<WireResponse> => {
    const signal = AbortSignal.timeout(answerLimitMs)
    const arrived = new Promise<WireResponse>((resolve, reject) => {
      const outgoing = start(origin, { method, path: target, agent, headers: { ...headers }, signal })
      outgoing.on('response', (incoming) => {
        readAll(incoming, ANSWER_BYTES).then((body) => resolve(wireResponse(incoming, body)), reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
    return arrived.catch((cause: unknown) => {
      if (!signal.aborted) throw cause
      const error = late(answerLimitMs, cause, { call: `${method} ${target}` })
      onLate(error)
      throw error
    })
  }
  return { send, close: () => agent.destroy() }
}

/** Larger than any answer of WeChat Pay, and any pact. */
export const ANSWER_BYTES = 64 * 1_048_576

/** The error of an answer that is late. It names the call, or the other side, if a person has given its address. */
export function late(
  limitMs: number,
  cause: unknown,
  { call = '', from = '' }: { readonly call?: string; readonly from?: string },
): UsageError {
  const seconds = limitMs / 1_000
  return new UsageError(
    'MOCK_NO_ANSWER',
    {
      en: `No answer${call && ` to ${call}`} came${from && ` from ${from}`} within ${seconds} seconds.`,
      zh: `${seconds} 秒内没有收到${from && ` ${from} `}${call && ` ${call} 的`}完整应答。`,
    },
    { cause },
  )
}

/**
 * The whole body of a message.
 *
 * @throws UsageError `MOCK_NO_ANSWER` if it exceeds `limit` bytes
 */
export async function readAll(incoming: AsyncIterable<Uint8Array>, limit = ANSWER_BYTES): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += chunk.length
    if (length > limit) {
      throw new UsageError('MOCK_NO_ANSWER', {
        en: `The body is larger than ${limit} bytes.`,
        zh: `报文主体大于 ${limit} 字节。`,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function wireResponse({ statusCode = 0, rawHeaders }: IncomingMessage, body: Buffer): WireResponse {
  return { status: statusCode, headers: pairs(rawHeaders), body }
}

/** Header fields in the order and spelling of the wire. */
export function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, i) =>
    i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ''] satisfies [string, string]] : [],
  )
}

/** A server on a loopback port of its own. */
export interface RawServer {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Options of a server on loopback. */
export interface RawServerOptions {
  /** Default: a free one. */
  readonly port?: number
  /** Default: `en`. */
  readonly language?: Language
  /** Creates the TLS certificates for WeChat Pay's hosts. Default: a CA of this server's own, kept in memory. */
  readonly certificateAuthority?: CertificateAuthority
  /** Whether to let proxied requests to other hosts through. Default: they are refused. */
  readonly proxyPassthrough?: boolean
  readonly onRefused?: OnRefused
  /** Answers a request whose body exceeds WeChat Pay's limit and is not read. Default: 413, in plain text. */
  readonly answerTooLarge?: (head: Omit<WireRequest, 'body'>) => Promise<WireResponse>
}

/**
 * Serves `answer` on 127.0.0.1, plain, over TLS and as a proxy for WeChat Pay's hosts. Answers errors that it throws with 500 and the error's text.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`
 */
export async function rawServer(
  answer: (request: WireRequest) => Promise<WireResponse>,
  options: RawServerOptions = {},
): Promise<RawServer> {
  const { port = 0, language = 'en', proxyPassthrough = false, onRefused = () => undefined, answerTooLarge } = options
  const ownNames = new OwnNames(namesOf(WECHATPAY_HOSTS), false)
  const bodies = new UnfinishedBodies(() => undefined)

  const answerCall = async (incoming: IncomingMessage, outgoing: ServerResponse, isProxied: boolean): Promise<void> => {
    const head = requestHead(incoming)
    const foreign = foreignRequest(head, ownNames, { isProxied })
    if (foreign) {
      onRefused(foreign.refused)
      answerPlainly(outgoing, 403, language, foreign.explanation)
      return
    }
    await withBody(incoming, head, bodies, async (body) => {
      if (body === 'no_room') reportNoRoom(outgoing, language)
      else if (body !== 'too_large') write(outgoing, await answer({ ...head, body }))
      else if (answerTooLarge) write(outgoing, await answerTooLarge(head))
      else answerPlainly(outgoing, 413, language, TOO_LARGE)
    })
  }

  const opened = await openPort({
    host: '127.0.0.1',
    port,
    authority: options.certificateAuthority ?? createCertificateAuthority(),
    passthrough: proxyPassthrough,
    connectionLimit: CONNECTION_LIMIT,
    language,
    serve: (incoming, outgoing, isProxied) => {
      answerCall(incoming, outgoing, isProxied).catch((error: unknown) => {
        if (outgoing.headersSent) outgoing.destroy()
        else answerPlainly(outgoing, 500, language, textsOf(error), 'wechatpay-mock cannot answer')
      })
    },
    onRefused,
    onBug: (bug) => console.error(bug),
  })
  return { url: opened.url, port: opened.port, close: () => opened.close(0) }
}

const CONNECTION_LIMIT = 256

export const TOO_LARGE: Texts = {
  en: 'The body of this request is larger than any that WeChat Pay takes.',
  zh: '此请求的请求体超过了微信支付接受的大小。',
}

function write(outgoing: ServerResponse, { status, headers, body }: WireResponse): void {
  const kept = headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !/^content-length$/i.test(name))
  outgoing.sendDate = false
  outgoing.writeHead(status, [...kept.flat(), 'Content-Length', String(body.length)])
  outgoing.end(body)
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: unknown, headers: WireResponse['headers'] = []): WireResponse {
  return {
    status,
    headers: [['Content-Type', 'application/json; charset=utf-8'], ...headers],
    body: Buffer.from(JSON.stringify(body)),
  }
}
