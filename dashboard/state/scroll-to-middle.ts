/** A `ref` for elements that may not fit on a phone: scrolls the container sideways to centre the element. */
export function scrollToMiddle(element: Element | null): void {
  const scroller = element?.closest('.drawing, .kinds')
  if (!element || !scroller) return
  const place = element.getBoundingClientRect()
  const window = scroller.getBoundingClientRect()
  scroller.scrollLeft += place.left + place.width / 2 - (window.left + window.width / 2)
}
