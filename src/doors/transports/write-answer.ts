import type { ServerResponse } from 'node:http'
import { deflateRawSync } from 'node:zlib'
import { firstHalf, type WireResponse } from '../../engine/http-message.ts'
import type { StoreUnavailable } from '../../engine/state/store.ts'
import { NO_ROOM } from '../../engine/unfinished-bodies.ts'
import { JSON_TYPE } from '../../wire/protocol/response-headers.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { REFUSAL_MS } from './pending-answers.ts'
import { tcpConnectionOf } from './tls-end.ts'

/** The shortest body that is compressed, in bytes. Of the live service, 85 bytes were seen plain and 524 compressed; the limit between is inferred. */
const COMPRESSED_FROM = 300

/**
 * An answer as the live gateway sends it to a client that accepts `deflate`: raw deflate (RFC 1951), without the zlib head that RFC 9110 asks for, over
 * bytes that the signature covers uncompressed. Other codings are not used, also for clients that accept no other.
 *
 * Observed on 31 July 2024 of a refund, whose 524 bytes came as 346 to a client that accepted `gzip, deflate`: as many as zlib makes of them without
 * its head.
 */
export function compressed(answer: WireResponse, acceptEncoding = ''): WireResponse {
  const { headers, body } = answer
  if (body.length < COMPRESSED_FROM || !acceptsDeflate(acceptEncoding)) return answer
  // Files, and answers of a gateway, are of another type.
  if (!headers.some(([name, value]) => name === 'Content-Type' && value === JSON_TYPE)) return answer
  const deflated = deflateRawSync(body)
  return {
    ...answer,
    headers: headers.flatMap(([name, value]): WireResponse['headers'] =>
      name === 'Content-Length'
        ? [
            ['Content-Encoding', 'deflate'],
            [name, String(deflated.length)],
          ]
        : [[name, value]],
    ),
    body: deflated,
  }
}

function acceptsDeflate(acceptEncoding: string): boolean {
  const [, weight = '1'] = /(?:^|,)\s*deflate\s*(?:;\s*q=([\d.]+)\s*)?(?:,|$)/i.exec(acceptEncoding) ?? [undefined, '0']
  return Number(weight) > 0
}

/** Sends an answer, whole or as its planned fault requires. */
export function writeAnswer(outgoing: ServerResponse, { status, headers, body, delivery }: WireResponse): void {
  if (delivery?.kind === 'reset') {
    if (outgoing.socket) tcpConnectionOf(outgoing.socket).resetAndDestroy()
    return
  }
  if (delivery?.kind === 'empty') {
    outgoing.socket?.destroySoon()
    return
  }
  const closing = !outgoing.shouldKeepAlive
  const fields: string[] = []
  for (const [name, value] of headers) {
    if (closing && name === 'Keep-Alive') continue
    fields.push(name, closing && name === 'Connection' ? 'close' : value)
  }
  outgoing.writeHead(status, fields)
  if (delivery === undefined) endWhenSent(outgoing, body)
  else if (delivery.kind === 'half_body') outgoing.write(firstHalf(body), () => outgoing.socket?.destroySoon())
  else drip(outgoing, body, delivery.pauseMs)
}

/**
 * Ends an answer, but not before the client has sent its request, or has had time to read why it need not: closing a connection while the
 * client still sends resets it, and the answer is lost.
 */
function endWhenSent(outgoing: ServerResponse, body: string | Uint8Array): void {
  const { req } = outgoing
  if (req.complete) {
    // Latin-1 has a character for each byte, so the body goes out with the head in one string, and so in one write.
    outgoing.end(Buffer.from(body).toString('latin1'), 'latin1')
    return
  }
  outgoing.write(body)
  const late = setTimeout(() => outgoing.end(), REFUSAL_MS).unref()
  req.resume().once('close', () => {
    clearTimeout(late)
    outgoing.end()
  })
}

/** Sends a body byte by byte, until the client goes away. */
function drip(outgoing: ServerResponse, body: Uint8Array, pauseMs: number): void {
  let at = 0
  const next = (): void => {
    if (outgoing.destroyed) return
    if (at >= body.length) {
      outgoing.end()
      return
    }
    outgoing.write(body.subarray(at, at + 1))
    at += 1
    setTimeout(next, pauseMs)
  }
  next()
}

const BUG: Texts = {
  en: 'This is a bug in wechatpay-mock, not an answer of WeChat Pay. The server log has the details; please report it.',
  zh: '这是 wechatpay-mock 的缺陷，不是微信支付的应答。详情见服务的日志，请反馈。',
}

/** A bug must not look like an answer of WeChat Pay: plain text that names the mock, without a stack. */
export function reportBug(outgoing: ServerResponse, language: Language): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(500, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Language': language,
    Connection: 'close',
  })
  endWhenSent(outgoing, `${BUG[language]}\n`)
}

/** Neither a bug nor an answer of WeChat Pay: the state cannot be reached now. */
export function reportUnavailable(outgoing: ServerResponse, { texts }: StoreUnavailable, language: Language): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.setHeader('Retry-After', '1')
  const all = {
    en: `This is wechatpay-mock, not an answer of WeChat Pay. ${texts.en} The change that was asked for may have been made or not: ask again.`,
    zh: `这是 wechatpay-mock，不是微信支付的应答。${texts.zh}所请求的改动可能已生效，也可能没有，请查询后重试。`,
  }
  answerPlainly(outgoing, 503, language, all, 'wechatpay-mock cannot use its store')
}

/** The limit for unfinished bodies is reached, because other clients hold back so much. */
export function reportNoRoom(outgoing: ServerResponse, language: Language): void {
  outgoing.setHeader('Retry-After', '1')
  const all = {
    en: `This is wechatpay-mock, not an answer of WeChat Pay. ${NO_ROOM.en}`,
    zh: `这是 wechatpay-mock，不是微信支付的应答。${NO_ROOM.zh}`,
  }
  answerPlainly(outgoing, 503, language, all, 'wechatpay-mock has no room for this body')
}

/**
 * Sends an answer that is not WeChat Pay's: plain text. The status line repeats it, since many clients show nothing else of a proxy's answer; it is
 * in English, since it allows no other characters.
 */
export function answerPlainly(
  outgoing: ServerResponse,
  status: number,
  language: Language,
  texts: Texts,
  statusText = texts.en.replace(/\.$/, ''),
): void {
  const body = `${texts[language]}\n`
  outgoing.writeHead(status, statusText, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Language': language,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  })
  endWhenSent(outgoing, body)
}
