import type { IncomingMessage } from 'node:http'
import { type CallbackReply, type CallbackRequest, type CallbackSender, REPLY_BYTES } from './callback.ts'
import { isLoopback, plainHost } from './callback-host.ts'

/** Bytes of a reply's header that are read. */
const HEADER_LIMIT = 16_384

/**
 * Sends callbacks over `node:http` and `node:https`, each over a connection of its own, with the headers in the order and spelling that
 * they were given in. Of a reply only the beginning is read; redirects are not followed.
 *
 * A receiver on this machine needs no certificate that anybody has signed; one on a named host does.
 */
export function createCallbackSender(): CallbackSender {
  return async ({ url, headers, body }, signal) => {
    const { protocol, hostname, port, pathname, search } = new URL(url)
    // Loaded at the first callback, so that they cost nothing at start-up.
    const { request } = await (protocol === 'https:' ? import('node:https') : import('../../shared/node-http.ts'))
    const host = plainHost(hostname)
    return new Promise<CallbackReply>((resolve, reject) => {
      const outgoing = request({
        host,
        port: port || (protocol === 'https:' ? 443 : 80),
        path: pathname + search,
        method: 'POST',
        headers: headers.flat(),
        agent: false,
        maxHeaderSize: HEADER_LIMIT,
        signal,
        ...(protocol === 'https:' && { rejectUnauthorized: !isLoopback(host) }),
      })
      let finish: (() => void) | undefined
      outgoing.on('response', (incoming) => {
        finish = readReply(incoming, (reply) => {
          resolve(reply)
          outgoing.destroy()
        })
      })
      // Once there is a status, what goes wrong with the rest does not matter.
      outgoing.on('error', (error) => (finish ? finish() : reject(error)))
      outgoing.end(body)
    })
  }
}

/** Hands over the reply when its body is complete, long enough, or cut off; the answer does so at once. */
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
  // Comes with 'close', which hands over what there is.
  incoming.on('error', () => {})
  return finish
}

function pairsOf(raw: readonly string[]): [name: string, value: string][] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] satisfies [string, string]] : []))
}

/** Sends callbacks with a `fetch` that was handed in. What it is given spells header names as fetch does. */
export function sendWithFetch(fetch: (request: Request) => Response | Promise<Response>): CallbackSender {
  return async ({ url, headers, body }: CallbackRequest, signal) => {
    const response = await fetch(
      new Request(url, {
        method: 'POST',
        // The connection is fetch's own business.
        headers: headers
          .filter(([name]) => !['Connection', 'Content-Length', 'Host'].includes(name))
          .map(([name, value]): [string, string] => [name, value]),
        body: Uint8Array.from(body),
        redirect: 'manual',
        signal,
      }),
    )
    return { status: response.status, headers: [...response.headers], body: await beginningOf(response, signal) }
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
    // A body that breaks off, or is cut off by the signal, changes nothing about the status.
    const { done, value } = await Promise.race([reader.read().catch(() => ({ done: true, value: undefined })), cutOff])
    if (done || value === undefined) break
    chunks.push(value)
    length += value.length
  }
  // Nobody waits for what is left.
  reader.cancel().catch(() => undefined)
  return Buffer.concat(chunks).subarray(0, REPLY_BYTES)
}
