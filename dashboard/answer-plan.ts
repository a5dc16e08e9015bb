import type { OperationInShort } from '../src/control/formats/overview.ts'
import type { AnswerJson } from '../src/engine/planned-answers.ts'
import type { ExchangeJson } from '../src/products/json.ts'

type Scalar = string | number | boolean

/** The initial contents of the form for a planned answer. */
export interface AnswerStart {
  /** The merchant whose calls are meant; left out if the exchange names none. */
  readonly mchid?: string
  readonly method: string
  /** Of a shaped call its template, else a path that the mock does not know. */
  readonly path: string
  readonly isShaped: boolean
  /** JSON: members of the answer, or its body. */
  readonly members: string
  /** Values of the request, by which a plan can pick its calls. */
  readonly said: readonly (readonly [name: string, value: Scalar])[]
}

/** The fields of that form. */
export interface AnswerFields extends Pick<AnswerStart, 'method' | 'path' | 'members'> {
  readonly status: string
  /** The member of the request that counts; empty for none. */
  readonly match: string
  readonly howOften: 'next' | 'always'
  readonly times: string
}

export function fieldsOf({ method, path, members }: AnswerStart): AnswerFields {
  return { method, path, members, status: '200', match: '', howOften: 'next', times: '1' }
}

/**
 * The initial plan for calls like that of an exchange; `undefined` where none can be planned: for simulated calls, and for shaped ones that were
 * answered without members. A 404 for an unknown number can be planned over.
 *
 * @param operation the call of the exchange, where the mock serves it
 */
export function startOf(exchange: ExchangeJson, operation: OperationInShort | undefined): AnswerStart | undefined {
  const { callback, mchid, request, response } = exchange
  if (callback) return undefined
  const whose = mchid === undefined ? {} : { mchid }
  const [path = '', query = ''] = request.target.split('?', 2)
  const answered = response && response.status < 300 ? objectIn(response.body) : undefined
  if (!operation) {
    return { ...whose, method: request.method, path, isShaped: false, members: written(answered ?? {}), said: [] }
  }
  const found = response?.status === 404 ? {} : answered
  if (operation.served !== 'shaped' || !found) return undefined
  const said = new Map<string, Scalar>([
    ...variablesOf(operation.path, path),
    ...new URLSearchParams(query),
    ...scalarsIn(request.body),
  ])
  // The mock echoes the request anyway; a fixed value would be wrong for other requests.
  const own = Object.entries(found).filter(([name, value]) => String(said.get(name)) !== String(value))
  return {
    ...whose,
    method: operation.method,
    path: operation.path,
    isShaped: true,
    members: written(Object.fromEntries(own)),
    said: [...said].filter(([, value]) => String(value).length <= LONGEST_SAID),
  }
}

/** The plan in the form; the mock judges whether it makes sense. */
export function answerOf({ mchid, isShaped, said }: AnswerStart, fields: AnswerFields, given: unknown): AnswerJson {
  const matched = said.filter(([name]) => name === fields.match)
  // The mock itself refuses JSON that is not an object.
  const object = given as Readonly<Record<string, unknown>> | undefined
  return {
    operation: `${fields.method} ${fields.path}`,
    ...(mchid !== undefined && { mchid }),
    ...(matched.length > 0 && { match: Object.fromEntries(matched) }),
    ...(isShaped
      ? { merge: object }
      : { status: Number(fields.status), ...(object !== undefined && { body: object }) }),
    times: fields.howOften === 'always' ? 'always' : Number(fields.times),
  }
}

/** Characters of what a request says; encrypted values and texts for people are longer. */
const LONGEST_SAID = 64

/** Ciphertext as the mock makes it: what is planned instead is in clear. */
const SEALED = /^[A-Za-z0-9+/]{342}==$/

function written(object: object): string {
  const open = (_: string, value: unknown) => (typeof value === 'string' && SEALED.test(value) ? undefined : value)
  return JSON.stringify(object, open, 2)
}

function objectIn(body: ExchangeJson['request']['body']): object | undefined {
  try {
    const value: unknown = typeof body === 'string' ? JSON.parse(body) : undefined
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    // Bodies need not be JSON.
    return undefined
  }
}

function scalarsIn(body: ExchangeJson['request']['body']): readonly (readonly [name: string, value: Scalar])[] {
  return Object.entries(objectIn(body) ?? {}).flatMap(([name, value]): [string, Scalar][] =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : [],
  )
}

/** The variables of a template with what a path has in their places. */
function variablesOf(template: string, path: string): readonly (readonly [name: string, value: string])[] {
  const parts = path.split('/')
  return template.split('/').flatMap((segment, i): [string, string][] => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    return name === undefined ? [] : [[name, decoded(parts[i] ?? '')]]
  })
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
