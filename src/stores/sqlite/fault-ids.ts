/** Gives an id to planned faults of a file from before faults had one. Later ids are numbers, so they cannot collide. */
export function withFaultIds(name: string, value: unknown): unknown {
  if (name !== 'faults' || !Array.isArray(value)) return value
  return value.map((fault: object, i) => ({ id: `earlier-${i + 1}`, ...fault }))
}
