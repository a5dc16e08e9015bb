import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { request } from '../../wire/shared/node-version.ts'
import { NO_BODY } from '../exchange/exchange-parts.ts'
import {
  addressOf,
  type CallbackReply,
  type CallbackRequest,
  type CallbackSender,
  isLoopback,
  plainHost,
  REPLY_BYTES,
  ReceiverThrew,
} from './callback.ts'

/** The largest header of a reply, in bytes. */
const HEADER_LIMIT = 16_384

/**
 * Sends callbacks over `node:http` and `node:https`, each over its own connection, with the headers in the given order and spelling. Reads only
 * the beginning of a reply and follows no redirects.
 *
 * A receiver on this machine may have a self-signed certificate; any other needs a trusted one.
 */
export function createCallbackSender(): CallbackSender {
  return async ({ url, headers, body }, signal) => {
    const { protocol, hostname, port, pathname, search } = addressOf(url) ?? new URL(url)
    const isSecure = protocol === 'https:'
    const host = plainHost(hostname)
    const options = {
      host,
      port: Number(port) || (isSecure ? 443 : 80),
      path: pathname + search,
      method: 'POST',
      headers: headers.flat(),
      maxHeaderSize: HEADER_LIMIT,
    }
    const start = isSecure ? await secureRequest() : plainRequest
    return new Promise<CallbackReply>((resolve, reject) => {
      const outgoing = start(options)
      let finish: (() => void) | undefined
      const giveUp = () => outgoing.destroy(signal.reason)
      const isOver = () => signal.removeEventListener('abort', giveUp)
      outgoing.on('response', (incoming) => {
        finish = readReply(incoming, (reply) => {
          isOver()
          resolve(reply)
          outgoing.destroy()
        })
      })
      outgoing.on('error', (error) => {
        // Once there is a status, errors in the rest do not matter.
        if (finish) return finish()
        isOver()
        reject(error)
      })
      // The option `signal` of a request takes as much time as the connection.
      if (signal.aborted) giveUp()
      else signal.addEventListener('abort', giveUp)
      outgoing.end(body)
    })
  }
}

/** Without an agent, which would take a third of the time to hand over the one connection that it is made for. */
function plainRequest(options: RequestOptions & { readonly host: string; readonly port: number }): ClientRequest {
  const { host, port } = options
  return request({ ...options, createConnection: () => connect({ host, port, noDelay: true }) })
}

/** Loaded with the first callback that needs it, to keep start-up fast. */
async function secureRequest(): Promise<(options: RequestOptions & { readonly host: string }) => ClientRequest> {
  const https = await import('node:https')
  return (options) => https.request({ ...options, agent: false, rejectUnauthorized: !isLoopback(options.host) })
}

/** Calls `done` with the reply once its body is complete, long enough or cut off. The returned function does so at once. */
function readReply(incoming: IncomingMessage, done: (reply: CallbackReply) => void): () => void {
  const chunks: Buffer[] = []
  let length = 0
  const finish = () =>
    done({
      status: incoming.statusCode ?? 0,
      headers: pairsOf(incoming.rawHeaders),
      body: Buffer.concat(chunks).subarray(0, REPLY_BYTES),
    })
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length >= REPLY_BYTES) finish()
  })
  incoming.on('end', finish)
  incoming.on('close', finish)
  // 'close' follows, and hands over what has arrived.
  incoming.on('error', () => {})
  return finish
}

function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = []
  for (let i = 0; i < raw.length; i += 2) pairs.push([raw[i] ?? '', raw[i + 1] ?? ''])
  return pairs
}

/** Sends callbacks with the given `fetch`, which changes the spelling of header names to lower case. @throws ReceiverThrew with what `fetch` throws */
export function sendWithFetch(fetch: (request: Request) => Response | Promise<Response>): CallbackSender {
  return async ({ url, headers, body }: CallbackRequest, signal) => {
    const callback = new Request(url, {
      method: 'POST',
      // fetch manages the connection itself.
      headers: headers
        .filter(([name]) => !['Connection', 'Content-Length', 'Host'].includes(name))
        .map(([name, value]): [string, string] => [name, value]),
      body: new Uint8Array(body),
      redirect: 'manual',
      signal,
    })
    const response = await received(fetch, callback)
    return { status: response.status, headers: [...response.headers], body: await beginningOf(response, signal) }
  }
}

async function received(
  fetch: (request: Request) => Response | Promise<Response>,
  callback: Request,
): Promise<Response> {
  try {
    return await fetch(callback)
  } catch (cause) {
    throw new ReceiverThrew('The function that receives callbacks threw.', { cause })
  }
}

async function beginningOf({ body }: Response, signal: AbortSignal): Promise<Uint8Array> {
  if (!body) return new Uint8Array(0)
  const reader = body.getReader()
  const cutOff = new Promise<{ done: true; value: undefined }>((resolve) => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true })
  })
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < REPLY_BYTES) {
    // A body that breaks off, or that the signal cuts off, does not change the status.
    const { done, value } = await Promise.race([reader.read().catch(() => ({ done: true, value: undefined })), cutOff])
    if (done || value === undefined) break
    chunks.push(value)
    length += value.length
  }
  // The rest is not needed.
  reader.cancel().catch(() => undefined)
  return Buffer.concat(chunks).subarray(0, REPLY_BYTES)
}

/** URL prefix of the mock's own receiver: it takes every callback sent there, and none leaves the process. */
export const OWN_RECEIVER = 'http://127.0.0.1/_mock/receiver/'

/** Takes the callbacks to the mock's own receiver, and hands all others to `send`. */
export function withOwnReceiver(send: CallbackSender): CallbackSender {
  return Object.assign(
    async (request: CallbackRequest, signal: AbortSignal) =>
      request.url.startsWith(OWN_RECEIVER) ? { status: 204, headers: [], body: NO_BODY } : send(request, signal),
    { ready: async () => send.ready?.() },
  )
}
