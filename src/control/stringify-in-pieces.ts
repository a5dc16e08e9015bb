import { unhurried } from '../wire/shared/pieces.ts'

/** How much of a text is written at once, in characters. */
const STRETCH = 262_144

/**
 * The JSON of an answer in stretches, identical to that of `JSON.stringify`. Other calls are answered while a large one is written, since a journal may
 * have megabytes of bodies.
 */
export async function* jsonInPieces(answer: unknown, left?: AbortSignal): AsyncGenerator<string, void> {
  let text = ''
  for await (const piece of unhurried(jsonOf(answer), left)) {
    text += piece
    if (text.length < STRETCH) continue
    yield text
    text = ''
  }
  yield text
}

/** The same as a whole; as bytes, if it is long. */
export async function stringifyInPieces(
  answer: unknown,
  left?: AbortSignal,
): Promise<string | Uint8Array<ArrayBuffer>> {
  const stretches: string[] = []
  for await (const text of jsonInPieces(answer, left)) stretches.push(text)
  const [only = '', ...others] = stretches
  return others.length === 0 ? only : Buffer.concat(stretches.map((text) => Buffer.from(text)))
}

/** The lists whose elements are written one by one are members, or those of a member, as in an HTTP archive. */
function* jsonOf(value: unknown, depth = 3): Generator<string, void> {
  if (typeof value === 'string' && value.length > STRETCH) {
    yield '"'
    for (const part of stretchesOf(value)) yield JSON.stringify(part).slice(1, -1)
    yield '"'
  } else if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value)
  } else if (Array.isArray(value)) {
    let before = '['
    for (const element of value) {
      yield before + (JSON.stringify(element) ?? 'null')
      before = ','
    }
    yield value.length === 0 ? '[]' : ']'
  } else {
    let before = '{'
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue
      yield `${before}${JSON.stringify(name)}:`
      yield* jsonOf(member, depth - 1)
      before = ','
    }
    yield before === '{' ? '{}' : '}'
  }
}

/** A long text in stretches that do not end within a character. */
function* stretchesOf(text: string): Generator<string, void> {
  for (let from = 0; from < text.length; ) {
    const last = text.codePointAt(from + STRETCH - 1) ?? 0
    const until = from + STRETCH + (last > 0xffff ? 1 : 0)
    yield text.slice(from, until)
    from = until
  }
}
