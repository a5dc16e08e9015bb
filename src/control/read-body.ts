import { CollectedBytes, NO_ROOM, type UnfinishedBodies } from '../engine/unfinished-bodies.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { type Elements, JsonOutline, notJson, type OutlineRules, type Place, parsed } from './json-outline.ts'
import { type Given, type Parts, partsOf } from './world/read-input.ts'

/** The largest text that is parsed at once, in bytes. */
const SMALL_BYTES = 65_536

/** How a body is read. */
interface BodyRules {
  /** Bytes. */
  readonly limit: number
  /** Whether its members may be long lists. */
  readonly splitsMembers: boolean
  /** Called with the name of each member; throws to refuse it. */
  readonly checkMember: (name: string) => void
}

/** The most elements of a body's lists together. */
const MOST_ELEMENTS = 1_000_000

/**
 * Reads the JSON body of a request, and makes something of it; of `undefined` if it is empty. The body counts as unfinished until that is done.
 *
 * Accepts only `application/json`: web pages can send other types to other origins without a preflight request.
 *
 * @throws UsageError `MOCK_BODY_TOO_LARGE`, `MOCK_UNFINISHED_BODIES`, `MOCK_CONTENT_TYPE`, `MOCK_JSON`; `MOCK_INPUT` for what is too large, too deep,
 * or there twice
 */
export async function withBody<Made>(
  request: Request,
  rules: BodyRules,
  bodies: UnfinishedBodies,
  make: (given: Given | undefined) => Promise<Made>,
): Promise<Made> {
  const tooLarge = () =>
    new UsageError('MOCK_BODY_TOO_LARGE', {
      en: `The body is larger than ${rules.limit} bytes: send it in parts.`,
      zh: `请求体超过 ${rules.limit} 字节，请分多次发送。`,
    })
  if (Number(request.headers.get('content-length') ?? 0) > rules.limit) throw tooLarge()
  const type = request.headers.get('content-type')
  const isJson = type?.split(';', 1).join().trim().toLowerCase() === 'application/json'
  const collected = new CollectedBytes()
  const text = new JsonText({
    mostElements: MOST_ELEMENTS,
    splitsMembers: rules.splitsMembers,
    checkMember: rules.checkMember,
  })
  try {
    for await (const chunk of chunksOf(request)) {
      // Clients send any type with an empty body, which grants a page nothing that it could not do anyway.
      if (!isJson && chunk.length > 0) throw notJsonType(type)
      if (collected.length + chunk.length > rules.limit) throw tooLarge()
      if (!bodies.makeRoom(collected, chunk)) throw new UsageError('MOCK_UNFINISHED_BODIES', NO_ROOM)
      collected.add(chunk)
      text.read(collected.bytes)
    }
    return await make(collected.length === 0 ? undefined : text.end(collected.bytes))
  } finally {
    bodies.release(collected)
  }
}

/** Reads JSON that the mock has kept, which may be a world. @throws UsageError as {@link withBody} does */
export async function readWorld(chunks: AsyncIterable<Uint8Array>): Promise<Given> {
  const collected = new CollectedBytes()
  const text = new JsonText({ mostElements: Number.POSITIVE_INFINITY, splitsMembers: true })
  for await (const chunk of chunks) {
    collected.add(chunk)
    text.read(collected.bytes)
  }
  return text.end(collected.bytes)
}

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader()
  if (!reader) return
  let isOpen = true
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isOpen = !done
      if (done) return
      yield value
    }
  } catch (cause) {
    isOpen = false
    // Reading fails only if the caller has gone away, so nobody reads this answer.
    throw new UsageError('MOCK_JSON', { en: 'The body was cut off.', zh: '请求体没有接收完整。' }, { cause })
  } finally {
    // The refusal comes first.
    if (isOpen) setTimeout(() => drop(reader))
  }
}

/** Most of a refused body that is read on, in bytes. */
const DROPPED_BYTES = 64 * 1_048_576

/** Reads the rest of a body that is refused: the connection can serve no other call before. The server ends one that takes long. */
async function drop(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let left = DROPPED_BYTES; left > 0; ) {
      const { done, value } = await reader.read()
      if (done) return
      left -= value.length
    }
    await reader.cancel()
  } catch {
    // The caller has gone away.
  }
}

function notJsonType(type: string | null): UsageError {
  return new UsageError('MOCK_CONTENT_TYPE', {
    en: `The control API takes JSON: send Content-Type: application/json${type === null ? '' : `, not ${type}`}.`,
    zh: `控制 API 只接受 JSON：请发送 Content-Type: application/json${type === null ? '' : `，而不是 ${type}`}。`,
  })
}

/** A JSON text that arrives in chunks, and is parsed part by part; a small one is parsed as a whole, so that the error names the place in it. */
class JsonText {
  readonly #outline: JsonOutline
  #fault: UsageError | undefined

  constructor(rules: OutlineRules) {
    this.#outline = new JsonOutline(rules)
  }

  /** @param bytes all that has arrived */
  read(bytes: Uint8Array): void {
    try {
      if (!this.#fault) this.#outline.read(bytes)
    } catch (error) {
      if (!(error instanceof UsageError) || error.code !== 'MOCK_JSON') throw error
      this.#fault = error
    }
    if (this.#fault && bytes.length > SMALL_BYTES) throw this.#fault
  }

  end(bytes: Uint8Array): Given {
    const whole = { from: 0, until: bytes.length }
    if (bytes.length <= SMALL_BYTES) return partsOf(parsed(bytes, whole))
    const outline = this.#outline.end()
    if (!(outline instanceof Map)) return partsIn(bytes, outline as Place)
    return { members: [...outline].map(([name, place]) => [name, partsIn(bytes, place)] as const) }
  }
}

function partsIn(bytes: Uint8Array, place: Place): Parts {
  return 'value' in place ? { value: parsed(bytes, place.value) } : { list: piecesIn(bytes, place.list) }
}

function* piecesIn(bytes: Uint8Array, list: readonly Elements[]): Generator<readonly unknown[], void> {
  for (const stretch of list) {
    const piece = parsed(bytes, stretch, ['[', ']'])
    const isEmpty = list.length === 1 && stretch.elements === 1
    if (!Array.isArray(piece) || (piece.length !== stretch.elements && !(isEmpty && piece.length === 0))) {
      throw notJson({
        en: `an element is missing before byte ${stretch.until + 1}`,
        zh: `第 ${stretch.until + 1} 个字节前缺少元素`,
      })
    }
    yield piece
  }
}
