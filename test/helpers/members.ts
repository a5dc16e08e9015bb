/**
 * Copies a JSON value and replaces the member at a path, or removes it with `undefined`. Creates missing objects; a number selects an item of a list.
 */
export function withMember(value: unknown, [key, ...rest]: readonly (string | number)[], member: unknown): unknown {
  if (key === undefined) return member
  const inner = (value as Record<string | number, unknown> | undefined)?.[key]
  const changed = withMember(inner, rest, member)
  if (Array.isArray(value)) return value.with(Number(key), changed)
  const { [key]: _, ...others } = (value ?? {}) as Record<string | number, unknown>
  return changed === undefined ? others : { ...others, [key]: changed }
}

/** The member at a path; `undefined` if it does not exist. */
export function memberAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value)
}
