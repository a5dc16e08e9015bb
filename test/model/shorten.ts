/**
 * The shortest list found that still fails, by taking away ever smaller pieces.
 *
 * @param fails whether a shorter list fails as well; asked at most `attempts` times
 */
export async function shorten<Element>(
  elements: readonly Element[],
  fails: (shorter: readonly Element[]) => Promise<boolean>,
  attempts = 400,
): Promise<readonly Element[]> {
  let shortest = elements
  let left = attempts
  for (let size = Math.ceil(elements.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end, since what comes first is most likely to be needed.
    for (let start = shortest.length - size; start > -size && left > 0; start -= size) {
      const shorter = shortest.toSpliced(Math.max(start, 0), Math.min(size, size + start))
      left -= 1
      if (shorter.length < shortest.length && (await fails(shorter))) shortest = shorter
    }
  }
  return shortest
}
