import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { TakeJson, ThingKind } from '../../src/control/formats/thing.ts'
import { said } from './appearance.ts'
import { connection } from './control.ts'
import { attempt } from './notices.ts'
import { thingKinds } from './operations.ts'

type StateOfLife = LifeJson['stages'][number][number]

/** A kind of things by its name in seed files; `undefined` until the mock has sent it. */
export function kindOf(id: string | undefined): ThingKind | undefined {
  return thingKinds.value?.find((kind) => kind.id === id)
}

/** The states of a kind of things, as in its JSON. */
export function statesOf(kind: ThingKind): readonly string[] {
  return (kind.life?.stages.flat() ?? []).map(({ name }) => name)
}

/** A state of a kind of things. */
export function stateOf(kind: string | undefined, state: string): StateOfLife | undefined {
  return kindOf(kind)
    ?.life?.stages.flat()
    .find(({ name }) => name === state)
}

/** Meaning of a state, in the page's language. */
export function meaningOfState(kind: string | undefined, state: string): string | undefined {
  return said(stateOf(kind, state)?.title)
}

/** The name of a thing in paths of the control API: its parts escaped and joined by slashes. */
export function nameInPath(name: readonly string[]): string {
  return name.map(encodeURIComponent).join('/')
}

type Field = TakeJson['fields'][number]

/** Typed texts, by the member they are for. */
export type Typed = Readonly<Record<string, string>>

/** Makes the control call of an action, and reports the outcome. Returns its answer, or undefined if it was refused. */
export async function makeCall({ method, path, query, has_body, body, fields, done }: TakeJson, typed: Typed = {}) {
  const given = fields.flatMap((field): [string, unknown][] => {
    const value = jsonOf(field, typed[field.member] ?? '')
    return value === undefined ? [] : [[field.member, value]]
  })
  const sent = has_body ? { ...body, ...Object.fromEntries(given) } : undefined
  // An answer without a body is an answer too.
  return attempt(async () => (await connection.value.call({ method, path, query }, sent)) ?? {}, said(done))
}

/** The value of a field; `undefined` leaves it to the mock. */
function jsonOf({ type, as, digits }: Field, text: string): unknown {
  if (text === '') return digits === undefined ? undefined : madeUpDigits(digits)
  if (as === 'money') return Math.round(Number(text) * 100)
  if (type === 'number') return Number(text)
  return type === 'boolean' ? text === 'true' : text
}

function madeUpDigits(count: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join('')
}
