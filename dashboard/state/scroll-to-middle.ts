/** A `ref` for what a phone may have no room for: scrolls what it is in sideways, so that it stands in the middle. */
export function scrollToMiddle(element: Element | null): void {
  const scroller = element?.closest('.drawing, .kinds')
  if (!element || !scroller) return
  const place = element.getBoundingClientRect()
  const window = scroller.getBoundingClientRect()
  scroller.scrollLeft += place.left + place.width / 2 - (window.left + window.width / 2)
}
