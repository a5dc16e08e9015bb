import { CollectedBytes } from '../engine/collected-bytes.ts'
import { NO_ROOM, type UnfinishedBodies } from '../engine/unfinished-bodies.ts'
import { UsageError } from '../protocol/errors.ts'
import { isError } from '../shared/is-error.ts'
import { jsonFault } from '../shared/json-fault.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The JSON body of a request; `undefined` if it is empty.
 *
 * Accepts only `application/json`: web pages can send other types to other origins without a preflight request.
 *
 * @param limit bytes
 * @throws UsageError `MOCK_BODY_TOO_LARGE`, `MOCK_UNFINISHED_BODIES`, `MOCK_CONTENT_TYPE`, `MOCK_JSON`
 */
export async function readBody(request: Request, limit: number, bodies: UnfinishedBodies): Promise<unknown> {
  const type = request.headers.get('content-type')
  const bytes = await readBytes(request, limit, bodies)
  // Clients send any type with an empty body, which grants a page nothing that it could not do anyway.
  if (bytes.length === 0) return undefined
  if (type?.split(';', 1).join().trim().toLowerCase() !== 'application/json') {
    throw new UsageError('MOCK_CONTENT_TYPE', {
      en: `The control API takes JSON: send Content-Type: application/json${type === null ? '' : `, not ${type}`}.`,
      zh: `控制 API 只接受 JSON：请发送 Content-Type: application/json${type === null ? '' : `，而不是 ${type}`}。`,
    })
  }
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch (cause) {
    const { en, zh } = jsonFault(isError(cause) ? cause.message : String(cause))
    // Invalid UTF-8 and text that is not JSON: the only two ways in which a client can make these calls throw.
    throw new UsageError(
      'MOCK_JSON',
      { en: `The body is not JSON in UTF-8: ${en}.`, zh: `请求体不是 UTF-8 编码的 JSON：${zh}。` },
      { cause },
    )
  }
}

/** hono's own `bodyLimit` builds a new Request from the original, which does not work with those of `@hono/node-server`. */
async function readBytes(request: Request, limit: number, bodies: UnfinishedBodies): Promise<Uint8Array> {
  const tooLarge = () =>
    new UsageError('MOCK_BODY_TOO_LARGE', {
      en: `The body is larger than ${limit} bytes: send it in parts.`,
      zh: `请求体超过 ${limit} 字节，请分多次发送。`,
    })
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge()
  const collected = new CollectedBytes()
  try {
    for await (const chunk of request.body ?? []) {
      if (collected.length + chunk.length > limit) throw tooLarge()
      if (!bodies.makeRoom(collected, chunk)) throw noRoom()
      collected.add(chunk)
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    // Reading fails only if the caller has gone away, so nobody reads this answer.
    throw new UsageError('MOCK_JSON', { en: 'The body was cut off.', zh: '请求体没有接收完整。' }, { cause })
  } finally {
    bodies.release(collected)
  }
  return collected.bytes
}

function noRoom(): UsageError {
  return new UsageError('MOCK_UNFINISHED_BODIES', NO_ROOM)
}
