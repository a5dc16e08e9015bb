import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import type { MockControl } from '../../src/mock-control.ts'
import type { Door } from './door.ts'
import { unsigned } from './subject.ts'

/** An answer as it has to be: its status, the `code` of a refusal, and members of the body. */
export interface Expected {
  readonly status: number
  readonly code?: string
  readonly body?: object
}

export type Body = Readonly<Record<string, unknown>>

export interface Request {
  readonly by: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly body?: object
}

export const post = (by: string, target: string, body: object): Request => ({ by, method: 'POST', target, body })

export function get(by: string, target: string, query: Readonly<Record<string, string | undefined>>): Request {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : ([[name, value]] as const),
  )
  return { by, method: 'GET', target: `${target}?${new URLSearchParams(Object.fromEntries(given))}` }
}

/** A call with all its values, and what a book makes of it. */
export interface Plan<Book> {
  /** Calls of different groups do not get into each other's way. */
  readonly group: string
  readonly request: Request | ((control: MockControl) => Promise<object>)
  /** @param answer where it has come: WeChat Pay's numbers of new things are learned from it */
  tell(book: Book, answer: Answer | undefined): Expected
}

export interface Answer {
  /** 0 of a control call that was refused. */
  readonly status: number
  readonly body: Body
}

/** Makes calls at a door as some merchants, without signatures. */
export class Caller {
  readonly door: Door
  readonly #headers: Readonly<Record<string, string>>

  constructor(door: Door, merchants: readonly Merchant[]) {
    this.door = door
    this.#headers = Object.fromEntries(merchants.map((one) => [one.mchid, unsigned(one)]))
  }

  /** Control calls that are misused are answered too. */
  async ask(request: Plan<never>['request']): Promise<Answer> {
    if (typeof request !== 'function') return this.call(request)
    try {
      return { status: 200, body: { ...(await request(this.door.control)) } }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!code.startsWith('MOCK_') || code === 'MOCK_UNREACHABLE') throw error
      return { status: 0, body: { code } }
    }
  }

  async call(request: Request): Promise<Answer> {
    const { status, body } = await this.send(request)
    const text = Buffer.from(body).toString('utf8')
    return { status, body: text === '' ? {} : JSON.parse(text) }
  }

  send({ by, method, target, body }: Request) {
    const headers = {
      ...{ accept: 'application/json', 'user-agent': 'model', authorization: this.#headers[by] ?? '' },
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
    return this.door.send({ method, target, headers, body: bytes })
  }
}

/** Plans that were made at the same time, with their answers. */
class Answered {
  readonly first = new Map<unknown, Answer>()
  /** Calls without an answer, made again after the others. */
  readonly repeated = new Map<unknown, Answer>()

  last(plan: unknown): Answer | undefined {
    return this.repeated.get(plan) ?? this.first.get(plan)
  }

  unexplained(plans: readonly Plan<never>[]): string {
    const told = plans.map((plan) => [plan.request, this.first.get(plan), 'repeated', this.repeated.get(plan)])
    return `no order of them explains these answers:\n${told.map((one) => JSON.stringify(one)).join('\n')}`
  }
}

/** Fires calls at the same time. After `killAfter` milliseconds a mock that is a process of its own is killed and started again. */
export async function atOnce(caller: Caller, plans: readonly Plan<never>[], killAfter?: number): Promise<Answered> {
  const { door } = caller
  const answered = new Answered()
  let isKilled = false
  const ask = async (plan: Plan<never>) => {
    try {
      answered.first.set(plan, await caller.ask(plan.request))
    } catch (error) {
      if (!isKilled) throw error
    }
  }
  const asked = Promise.all(plans.map(ask))
  if (door.kill && killAfter !== undefined) {
    await sleep(killAfter)
    isKilled = true
    await door.kill()
    await asked
    await door.restart()
    for (const plan of plans) if (!answered.first.has(plan)) answered.repeated.set(plan, await caller.ask(plan.request))
  }
  await asked
  return answered
}

/** The book after some order of plans that explains their answers. One without an answer was made or not, and was repeated after the others. */
export function inSomeOrder<Book extends { copy(): Book }>(
  book: Book,
  plans: readonly Plan<Book>[],
  { first, repeated }: Answered,
): Book | undefined {
  const fits = (copy: Book, plan: Plan<Book>, answer: Answer | undefined) => {
    const expected = plan.tell(copy, answer)
    return !answer || differ(expected, answer) === undefined
  }
  const inVain = new Set<string>()
  const after = (book: Book, left: readonly Plan<Book>[]): Book | undefined => {
    if (left.length === 0) {
      const copy = book.copy()
      return plans.every((one) => !repeated.has(one) || fits(copy, one, repeated.get(one))) ? copy : undefined
    }
    // Most orders of the same calls lead to the same state, from which the others have to be tried once only.
    const state = `${left.map((one) => plans.indexOf(one))} ${stateOf(book)}`
    if (inVain.has(state)) return undefined
    inVain.add(state)
    for (const plan of left) {
      const rest = left.filter((one) => one !== plan)
      const copy = book.copy()
      const made = fits(copy, plan, first.get(plan)) && after(copy, rest)
      const found = made || (first.has(plan) ? undefined : after(book, rest))
      if (found) return found
    }
    return undefined
  }
  // Mostly they were made as they were answered.
  const answered = [...first.keys(), ...repeated.keys()]
  return after(
    book,
    plans.toSorted((one, other) => answered.indexOf(one) - answered.indexOf(other)),
  )
}

/** A text that is the same for books with the same content, in whatever order it came about. */
function stateOf(book: object): string {
  const sorted = (_: string, value: unknown) =>
    value instanceof Map || value instanceof Set
      ? [...value].map((one) => JSON.stringify(one, sorted)).toSorted()
      : value
  return createHash('sha1')
    .update(JSON.stringify(Object.values(book), sorted))
    .digest('hex')
}

/** @returns how an answer differs from what is expected */
export function differ({ status, code, body = {} }: Expected, answer: Answer): string | undefined {
  const wanted = { ...body, ...(code !== undefined && { code }) }
  const misfit = firstMisfit({ status: answer.status, body: answer.body }, { status, body: wanted })
  return misfit && `${misfit}; the answer is ${answer.status} ${JSON.stringify(answer.body)}`
}

/** The first member that differs from a wanted one; `undefined` stands for what may be absent, `null` for what must be. */
function firstMisfit(value: unknown, wanted: unknown, path = ''): string | undefined {
  if (wanted === undefined) return undefined
  const isRight = wanted === null ? value === undefined : value === wanted
  if (typeof wanted !== 'object' || wanted === null) {
    const is = JSON.stringify(value)
    return isRight ? undefined : `${path}: ${JSON.stringify(wanted)} was expected, and it is ${is}`
  }
  if (Array.isArray(wanted) && !(Array.isArray(value) && value.length === wanted.length)) {
    return `${path}: ${JSON.stringify(wanted)} was expected, and it is ${JSON.stringify(value)}`
  }
  for (const [name, member] of Object.entries(wanted)) {
    const misfit = firstMisfit(Object(value)[name], member, `${path}/${name}`)
    if (misfit !== undefined) return misfit
  }
  return undefined
}
