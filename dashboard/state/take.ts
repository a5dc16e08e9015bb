import type { TakeJson } from '../../src/control/formats/thing.ts'
import { connection } from './control.ts'
import { attempt } from './notices.ts'
import { said } from './said.ts'

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
