import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Keeps the place in a list while one of its rows is opened and closed: the row stays in sight, and regains the focus if that was lost with the
 * opened thing.
 *
 * @param opened unique name of the opened row; `undefined` if nothing is open
 */
export function useOpenedRow(list: RefObject<HTMLElement | null>, opened: string | undefined): void {
  const row = useRef<HTMLElement | null>(null)
  useLayoutEffect(() => {
    // The list may load later than the opened thing.
    if (opened !== undefined) row.current = list.current?.querySelector('.rows [aria-current]') ?? row.current
  })
  useLayoutEffect(() => {
    if (opened === undefined) {
      if (row.current === null) return
      if (document.activeElement === document.body) row.current.focus()
      else row.current.scrollIntoView({ block: 'nearest' })
      row.current = null
    } else if (row.current?.checkVisibility() === false) {
      // The opened thing replaces the list, and is read from its beginning.
      scrollTo(0, 0)
    } else {
      row.current?.scrollIntoView({ block: 'nearest' })
    }
  }, [opened])
}
