/** Gives planned faults of a file from before they had an id one; that of a later one is a number. */
export function withFaultIds(name: string, value: unknown): unknown {
  if (name !== 'faults' || !Array.isArray(value)) return value
  return value.map((fault: object, i) => ({ id: `earlier-${i + 1}`, ...fault }))
}
