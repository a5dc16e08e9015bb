import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { kept } from '../../src/doors/browser/kept.ts'

/** Whether single-key shortcuts are on. They may interfere with a screen reader or voice control. */
export const keys = kept<'on' | 'off'>('keys', (text) => (text === 'off' ? 'off' : 'on'))

/** Binds actions to single keys for as long as the component is shown; not while the user types, or a dialog is open. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  // Before the page shows what they are for: a key that came sooner would be lost.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = isFree(event) ? latest.current[event.key] : undefined
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

/** Whether a key is meant for the page as a whole. One that is held down counts once. */
function isFree({ altKey, ctrlKey, metaKey, repeat, target }: KeyboardEvent): boolean {
  if (keys.peek() === 'off' || altKey || ctrlKey || metaKey || repeat) return false
  const isTyped = target instanceof Element && target.closest('input, select, textarea') !== null
  return !isTyped && document.querySelector('dialog[open]') === null
}

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

/** Lets keys scroll an element whose content is wider than it, as on a phone; otherwise the Tab key skips it. Returns its `ref`. */
export function useKeyScrolling(): (element: HTMLElement | null) => void {
  const [element, setElement] = useState<HTMLElement | null>(null)
  useEffect(() => {
    if (!element) return undefined
    const observer = new ResizeObserver(() => {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0
      else element.removeAttribute('tabindex')
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return setElement
}
