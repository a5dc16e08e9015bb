import type { ExchangeJson } from '../src/products/json.ts'

/** Maximum number of members of a body that are told apart. */
const MOST_MEMBERS = 2_000

/** The values of a body by their JSON pointers; a body that is not JSON as one value. Not recursive, since it may have more levels than the stack. */
export function membersOf(body: ExchangeJson['request']['body']): Readonly<Record<string, string>> {
  if (body === '') return {}
  if (typeof body !== 'string') return { '': body.base64 }
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    // Bodies need not be JSON.
    return { '': body }
  }
  const members: [pointer: string, value: string][] = []
  const open: [pointer: string, value: unknown][] = [['', parsed]]
  for (let next = open.pop(); next !== undefined && members.length < MOST_MEMBERS; next = open.pop()) {
    const [pointer, value] = next
    const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
    if (inner.length === 0) members.push([pointer, JSON.stringify(value)])
    for (const [name, one] of inner.toReversed()) open.push([`${pointer}/${name}`, one])
  }
  return Object.fromEntries(members)
}
