/**
 * The cost of turning one list into another: 1 for each insertion or deletion, and `cost` for each replacement. A text counts as the list of its
 * characters.
 */
export function editDistance(
  one: Iterable<string>,
  other: Iterable<string>,
  cost: (a: string, b: string) => number = (a, b) => (a === b ? 0 : 1),
): number {
  const target = [...other]
  let row = target.map((_, i) => i + 1)
  let length = 0
  for (const a of one) {
    let diagonal = length
    length += 1
    let left = length
    row = row.map((above, j) => {
      const here = Math.min(left + 1, above + 1, diagonal + cost(a, target[j] ?? ''))
      diagonal = above
      left = here
      return here
    })
  }
  return row.at(-1) ?? length
}

/** The fraction of a word that may differ from the intended one. */
const TYPING_ERRORS = 0.4

/** The known word that an unknown one most likely means, ignoring case; `undefined` if none is similar. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const [nearest] = words
    .map((candidate) => ({
      candidate,
      difference: mistakes(word.toLowerCase(), candidate.toLowerCase()) / Math.max(word.length, candidate.length, 1),
    }))
    .toSorted((a, b) => a.difference - b.difference)
  return nearest !== undefined && nearest.difference <= TYPING_ERRORS ? nearest.candidate : undefined
}

/** Swapped letters, as in `prot`, count as one mistake. */
function mistakes(word: string, other: string): number {
  const distance = editDistance(word, other)
  const sorted = (text: string) => [...text].sort().join('')
  return distance === 2 && sorted(word) === sorted(other) ? 1 : distance
}
