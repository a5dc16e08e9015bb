/** A value or a promise of one, so that an available value need not be wrapped. */
export type Awaitable<Value> = Value | Promise<Value>

/** How many items of a list, which may have a hundred thousand, are handled in one go: a few milliseconds of work. */
export const PIECE = 500

/** How long is worked in one go at items that may be large, in milliseconds. */
const STRETCH = 5

// Taken at once, since tests put timers and clocks of their own in their place for a while; browsers have no `setImmediate`.
const afterEvents = globalThis.setImmediate
const milliseconds = performance.now.bind(performance)
let last: Promise<void> = Promise.resolve()

/** Ends work whose result nobody is left to read. */
export class ClientLeft extends Error {
  constructor() {
    super('The client has left.')
  }
}

/**
 * Lets pending work run: calls, timers, answers of a store. Of those that give way, one goes on in each turn of the event loop: many of them hold nobody up.
 *
 * @param left aborted when the client goes away
 * @throws ClientLeft once it has
 */
export async function giveWay(left?: AbortSignal): Promise<void> {
  const turn = last.then(() => new Promise<void>((resolve) => void afterEvents(resolve)))
  last = turn
  await turn
  if (left?.aborted) throw new ClientLeft()
}

/**
 * The items of a list, which may be many or large: the user of them {@link giveWay gives way} whenever it has worked for a few milliseconds.
 *
 * @throws ClientLeft instead of another item, once the client has gone away while the user of the last one waited
 */
export async function* unhurried<Item>(list: Iterable<Item>, left?: AbortSignal): AsyncGenerator<Item, void> {
  let since = milliseconds()
  for (const item of list) {
    yield item
    if (left?.aborted) throw new ClientLeft()
    if (milliseconds() - since < STRETCH) continue
    await giveWay(left)
    since = milliseconds()
  }
}

/** Makes something of each item of a list, {@link unhurried}. */
export async function mapUnhurried<Item, Made>(
  list: Iterable<Item>,
  make: (item: Item) => Made,
  left?: AbortSignal,
): Promise<Made[]> {
  const made: Made[] = []
  for await (const item of unhurried(list, left)) made.push(make(item))
  return made
}

/** Work of many items, which yields between pieces of a few milliseconds. */
export type Work<Made> = Generator<void, Made, void>

/** Does work without a pause. */
export function atOnce<Made>(work: Work<Made>): Made {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}

/** Does work, with pending work between its pieces. */
export async function inPauses<Made>(work: Work<Made>): Promise<Made> {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
    await giveWay()
  }
}

/** Runs pieces of work one at a time, in order. */
export class Turns {
  #taken = false
  readonly #waiting: (() => void)[] = []

  /** Runs `work` once all earlier work has ended; at once if nothing is waiting. */
  async take<Result>(work: () => Awaitable<Result>): Promise<Result> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#taken = true
    try {
      return await work()
    } finally {
      // The turn passes to the next one immediately, so that no newcomer can take it.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#taken = false
    }
  }
}

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
