import type { IncomingMessage } from 'node:http'
import { CollectedBytes } from '../engine/collected-bytes.ts'
import { bodyLimitOf, type WireRequest } from '../engine/http-message.ts'
import type { UnfinishedBodies } from '../engine/unfinished-bodies.ts'

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

/**
 * Reads the whole body; `cut` if the client went away, `too_large` as soon as it is known to exceed the limit, `no_room` if unfinished bodies
 * together take too much memory.
 */
export function readBody(
  incoming: IncomingMessage,
  { headers }: Pick<WireRequest, 'headers'>,
  bodies: UnfinishedBodies,
): Promise<Uint8Array | 'cut' | 'too_large' | 'no_room'> {
  const limit = bodyLimitOf(headers)
  return new Promise((resolve) => {
    if (Number(headers['content-length'] ?? 0) > limit) return resolve('too_large')
    const collected = new CollectedBytes()
    const end = (outcome: Uint8Array | 'cut' | 'too_large' | 'no_room') => {
      incoming.off('data', take)
      bodies.release(collected)
      resolve(outcome)
    }
    const take = (chunk: Buffer<ArrayBuffer>) => {
      if (collected.length + chunk.length > limit) return end('too_large')
      if (!bodies.makeRoom(collected, chunk)) return end('no_room')
      collected.add(chunk)
    }
    incoming.on('data', take)
    incoming.on('end', () => end(collected.bytes))
    incoming.on('close', () => end('cut'))
    incoming.on('error', () => end('cut'))
  })
}
