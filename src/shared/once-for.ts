/**
 * Makes something of a thing once, and returns the same for that thing from then on; it is kept no longer than the thing. For what follows from the thing
 * alone: every mock of a process has the same list of products, and tests make thousands of mocks.
 */
export function onceFor<Thing extends object, Made>(make: (thing: Thing) => Made): (thing: Thing) => Made {
  const known = new WeakMap<Thing, { readonly made: Made }>()
  return (thing) => {
    const before = known.get(thing)
    if (before) return before.made
    const made = make(thing)
    known.set(thing, { made })
    return made
  }
}
