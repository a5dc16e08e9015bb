import { useRef } from 'preact/hooks'

/**
 * Keys for the rows of a list, by name: a row that stays keeps its elements, and a new one reuses those of a removed one. Under many calls every row
 * changes with each update, and refilling elements costs the browser far less than creating them.
 *
 * @param names of the rows, without duplicates
 */
export function useSlots(names: readonly string[]): ReadonlyMap<string, number> {
  const before = useRef<ReadonlyMap<string, number>>(new Map())
  const next = useRef(0)
  const present = new Set(names)
  const free = [...before.current].filter(([name]) => !present.has(name)).map(([, slot]) => slot)
  const slots = new Map(names.map((name) => [name, before.current.get(name) ?? free.shift() ?? next.current++]))
  before.current = slots
  return slots
}
