import type { Locator } from 'playwright-core'

/** The texts of a picture that overlap each other, or stick out of it. */
export const badlyPlaced = (picture: Locator) =>
  picture.evaluate((svg) => {
    // A picture that is wider than its pane is scrolled.
    const outer = (svg.querySelector('svg') ?? svg).getBoundingClientRect()
    const texts = [...svg.querySelectorAll('text')].map(
      (one) => [one.textContent, one.getBoundingClientRect()] as const,
    )
    const out = texts.filter(
      ([, box]) => box.left < outer.left - 1 || box.right > outer.right + 1 || box.bottom > outer.bottom + 1,
    )
    const over = texts.filter(([, a], i) =>
      texts.some(
        ([, b], j) =>
          i < j && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4,
      ),
    )
    return [...out, ...over].map(([text]) => text)
  })
