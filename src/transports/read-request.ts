import type { IncomingMessage } from 'node:http'
import { CollectedBytes } from '../engine/collected-bytes.ts'
import { bodyLimitOf, type WireRequest } from '../engine/http-message.ts'

/** The head of a request in the engine's form. */
export function requestHead(incoming: IncomingMessage): Omit<WireRequest, 'body'> {
  const headers: Record<string, string> = Object.create(null)
  const { rawHeaders } = incoming
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers }
}

/** Reads the whole body; `cut` if the client went away, `too_large` as soon as it is known to exceed the limit. */
export function readBody(
  incoming: IncomingMessage,
  { headers }: Pick<WireRequest, 'headers'>,
): Promise<Uint8Array | 'cut' | 'too_large'> {
  const limit = bodyLimitOf(headers)
  return new Promise((resolve) => {
    if (Number(headers['content-length'] ?? 0) > limit) return resolve('too_large')
    const collected = new CollectedBytes()
    incoming.on('data', (chunk: Buffer<ArrayBuffer>) => {
      if (collected.length + chunk.length > limit) {
        incoming.pause()
        resolve('too_large')
      } else {
        collected.add(chunk)
      }
    })
    incoming.on('end', () => resolve(collected.bytes))
    incoming.on('close', () => resolve('cut'))
    incoming.on('error', () => resolve('cut'))
  })
}
