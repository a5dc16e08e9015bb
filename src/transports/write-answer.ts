import type { ServerResponse } from 'node:http'
import { firstHalf } from '../engine/delivery.ts'
import type { WireResponse } from '../engine/http-message.ts'
import type { StoreUnavailable } from '../engine/state/store-unavailable.ts'
import { NO_ROOM } from '../engine/unfinished-bodies.ts'
import { REFUSAL_MS } from './pending-answers.ts'
import { tcpConnectionOf } from './tls-end.ts'

/** Sends an answer, whole or as its planned fault says. */
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
 * Ends an answer, but not before the client has sent its request, or has had the time to read why it need not: a connection that is closed while the
 * client still sends is reset, and the answer lost.
 */
function endWhenSent(outgoing: ServerResponse, body: string | Uint8Array): void {
  const { req } = outgoing
  if (req.complete) {
    // As Latin-1, which has a character for each byte, it goes out with the head in one string, and so in one write.
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

/** A bug must not look like an answer of WeChat Pay: plain text that names the mock, without a stack. */
export function reportBug(outgoing: ServerResponse): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  endWhenSent(
    outgoing,
    'This is a bug in wechatpay-mock, not an answer of WeChat Pay. The server log has the details; please report it.\n',
  )
}

/** Neither a bug nor an answer of WeChat Pay: the state cannot be reached now. */
export function reportUnavailable(outgoing: ServerResponse, { message }: StoreUnavailable): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  outgoing.setHeader('Retry-After', '1')
  answerPlainly(
    outgoing,
    503,
    'wechatpay-mock cannot use its store',
    `This is wechatpay-mock, not an answer of WeChat Pay. ${message} The change that was asked for may have been made or not: ask again.`,
  )
}

/** Other clients hold back so much that nothing more is read. */
export function reportNoRoom(outgoing: ServerResponse): void {
  outgoing.setHeader('Retry-After', '1')
  answerPlainly(
    outgoing,
    503,
    'wechatpay-mock has no room for this body',
    `This is wechatpay-mock, not an answer of WeChat Pay. ${NO_ROOM}`,
  )
}

/** Answers that are not WeChat Pay's: plain text, repeated in the status line, which is all that many clients show of a proxy's answer. */
export function answerPlainly(outgoing: ServerResponse, status: number, text: string, more = `${text}.`): void {
  const body = `${more}\n`
  outgoing.writeHead(status, text, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  })
  endWhenSent(outgoing, body)
}
