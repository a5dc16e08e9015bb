import { useRef } from 'preact/hooks'

/**
 * Keys for the rows of a list, by name: a row that stays keeps its elements, and one that is new takes those of one that is gone. Under many calls
 * every row is another one at each look, and to fill elements anew costs the browser far less than to make them.
 *
 * @param names of the rows, each of them once
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
