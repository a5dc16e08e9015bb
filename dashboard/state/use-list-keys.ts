import type { RefObject } from 'preact'
import { useKeys } from './keys.ts'

/** Keys that search a list, step from row to row, and close the opened one. */
export function useListKeys(
  list: RefObject<HTMLElement | null>,
  isOpened: boolean,
  back: string,
  more: (() => Promise<void>) | undefined,
): void {
  const step = (by: 1 | -1) => {
    const links = [...(list.current?.querySelectorAll<HTMLAnchorElement>('.rows a') ?? [])]
    const focused = links.findIndex((link) => link.matches(':focus'))
    const current = focused === -1 ? links.findIndex((link) => link.hasAttribute('aria-current')) : focused
    const next = links[current === -1 ? 0 : current + by]
    if (!next) {
      if (by === 1) void more?.()
      return
    }
    // While a row has the focus, the list does not change.
    next.focus()
    // One step back leads to the list, however many were opened.
    if (isOpened) location.replace(next.href)
    else location.assign(next.href)
  }
  useKeys({
    '/': () => list.current?.querySelector<HTMLInputElement>('.filters input')?.select(),
    j: () => step(1),
    k: () => step(-1),
    Escape: () => {
      if (isOpened) location.hash = back
    },
  })
}
