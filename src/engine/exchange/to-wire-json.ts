/** Compact JSON with the keys of every object in alphabetical order, as the live service writes it (observed). */
export function toWireJson(value: unknown): string {
  return JSON.stringify(inOrder(value))
}

/** The value with its keys sorted; the value itself if they already are, so that most answers are not copied. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('toJSON' in value && typeof value.toJSON === 'function') return inOrder(value.toJSON())
  if (Array.isArray(value)) {
    const list = value.map(inOrder)
    return list.every((one, i) => one === value[i]) ? value : list
  }
  const members = Object.entries(value).map(([key, member]): [key: string, member: unknown] => [key, inOrder(member)])
  const sorted = members.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const same = sorted.every((member, i) => member === members[i])
  const kept = members.every(([key, member]) => member === (value as Record<string, unknown>)[key])
  return same && kept ? value : Object.fromEntries(sorted)
}
