/** How many things are looked at in one go where there may be a hundred thousand: a few milliseconds. */
export const PIECE = 500

/** Lets everything else get on that is waiting: calls, timers, answers of a store. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** The pieces of a list. Everything else gets on between one and the next. */
export async function* piecesOf<Item>(list: readonly Item[]): AsyncGenerator<readonly Item[], void> {
  for (let from = 0; from < list.length; from += PIECE) {
    if (from > 0) await giveWay()
    yield list.slice(from, from + PIECE)
  }
}
