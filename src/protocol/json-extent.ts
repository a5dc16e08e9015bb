/** How large a JSON value may be. */
export interface JsonLimits {
  /** Members and elements at all levels, and the value itself. */
  readonly values: number
  /** Objects and lists among them. Default: as many as values. */
  readonly containers?: number
  /** Levels of nested objects and lists. */
  readonly depth: number
}

/**
 * Counts a JSON value and everything in it. Stops at the limits and does not recurse, so that neither a large value nor a deep one
 * costs more than the limits allow.
 */
export function extentOf(
  value: unknown,
  { values, containers = values, depth: depthLimit }: JsonLimits,
): number | 'too many values' | 'too deep' {
  let count = 1
  let containersCount = 0
  let level = isContainer(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > depthLimit) return 'too deep'
    containersCount += level.length
    if (containersCount > containers) return 'too many values'
    const next: object[] = []
    for (const container of level) {
      const inside: readonly unknown[] = Array.isArray(container) ? container : Object.values(container)
      count += inside.length
      if (count > values) return 'too many values'
      for (const one of inside) if (isContainer(one)) next.push(one)
    }
    level = next
  }
  return count
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
