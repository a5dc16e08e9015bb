import { isJsonObject } from '../../src/wire/protocol/json-object.ts'

/** Texts and numbers of one name that are remembered. */
const KEPT = 16
const DEEPEST = 6

/** Names under which a variable of a path is answered. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  id: ['request_id', 'exchange'],
  name: ['key'],
  thing: ['id'],
  of: ['name'],
  cursor: ['next_cursor', 'next'],
  text: ['out_trade_no', 'id'],
}

/** Values that calls have answered so far, by the names of members. */
export class KnownValues {
  readonly #values = new Map<string, unknown[]>()
  readonly #answers = new Map<string, unknown>()

  add(call: string, answer: unknown): void {
    this.#answers.set(call, answer)
    this.#collect(answer, 0)
  }

  /** @param pick which one; the newest first */
  get(name: string, pick: number): unknown {
    const values = [name, ...(ALSO[name] ?? [])].flatMap((one) => this.#values.get(one) ?? [])
    return values[pick % values.length]
  }

  /** The latest answer of a call. */
  answerOf(call: string): unknown {
    return this.#answers.get(call)
  }

  #collect(value: unknown, depth: number): void {
    if (depth > DEEPEST) return
    if (Array.isArray(value)) for (const one of value.slice(-KEPT)) this.#collect(one, depth + 1)
    if (!isJsonObject(value)) return
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string' || typeof one === 'number') {
        const known = this.#values.get(name) ?? []
        this.#values.set(name, [one, ...known].slice(0, KEPT))
      } else this.#collect(one, depth + 1)
    }
  }
}
