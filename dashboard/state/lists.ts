import type { RefObject } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { onOwnChange } from './control.ts'

/** Whether a list is being read, so that its rows must stay in place. */
export interface Reading {
  readonly isRead: boolean
  /** The element before the rows: once it is scrolled out of sight, the list is being read. */
  readonly front: HTMLElement | null
  readonly setFront: (element: HTMLElement | null) => void
  /** Handlers for the element around the rows: while the pointer has moved over it, or keys have led there, the list is being read. */
  readonly around: {
    readonly onPointerMove: () => void
    readonly onPointerLeave: () => void
    readonly onFocusIn: (event: FocusEvent) => void
    readonly onFocusOut: () => void
  }
}

export function useReading(): Reading {
  const [isPointedAt, pointAt] = useState(false)
  const [isScrolled, setScrolled] = useState(false)
  const [isFocused, setFocused] = useState(false)
  const [front, setElement] = useState<HTMLElement | null>(null)
  useEffect(() => {
    if (!front) return
    const observer = new IntersectionObserver((entries) => {
      const latest = entries.at(-1)
      // It is also out of sight below the fold, where nothing was scrolled.
      if (latest) setScrolled(!latest.isIntersecting && latest.boundingClientRect.top < innerHeight / 2)
    })
    observer.observe(front)
    return () => observer.disconnect()
  }, [front])
  // Whoever acts looks for what comes of it, which may still come in when the pointer rests.
  useEffect(
    () =>
      onOwnChange(() => {
        pointAt(false)
        setFocused(false)
      }),
    [],
  )
  const setFront = useCallback((element: HTMLElement | null) => {
    setElement(element)
    if (element) return
    // Removed rows no longer report the pointer.
    pointAt(false)
    setScrolled(false)
  }, [])
  // A removed row takes the focus with it, without an event.
  const hasFocus = isFocused && front?.parentElement?.contains(document.activeElement) === true
  return {
    isRead: isPointedAt || isScrolled || hasFocus,
    front,
    setFront,
    around: {
      // Rather than as it enters: rows may also come under a pointer that rests.
      onPointerMove: () => pointAt(true),
      onPointerLeave: () => pointAt(false),
      // A click leaves the focus behind as well, and does not show where the user is looking.
      onFocusIn: ({ target }) => setFocused(target instanceof Element && target.matches(':focus-visible')),
      onFocusOut: () => setFocused(false),
    },
  }
}

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

/**
 * Keys for the rows of a list, by name: a row that stays keeps its elements, and a new one reuses those of a removed one. Under many calls every row
 * changes with each update, and refilling elements costs the browser far less than creating them.
 *
 * @param names of the rows, without duplicates
 */
export function useSlots(names: readonly string[]): ReadonlyMap<string, number> {
  const before = useRef<ReadonlyMap<string, number>>(new Map())
  const next = useRef(0)
  const present = new Set(names)
  const free = [...before.current].filter(([name]) => !present.has(name)).map(([, slot]) => slot)
  const slots = new Map(names.map((name) => [name, before.current.get(name) ?? free.shift() ?? next.current++]))
  before.current = slots
  return slots
}

/** A `ref` for elements that may not fit on a phone: scrolls the container sideways to centre the element. */
export function scrollToMiddle(element: Element | null): void {
  const scroller = element?.closest('.drawing, .kinds')
  if (!element || !scroller) return
  const place = element.getBoundingClientRect()
  const window = scroller.getBoundingClientRect()
  scroller.scrollLeft += place.left + place.width / 2 - (window.left + window.width / 2)
}
