import { useCallback, useEffect, useState } from 'preact/hooks'

/** Whether a list is being read, so that its rows must stay in place. */
export interface Reading {
  readonly isRead: boolean
  /** The element before the rows: once it is scrolled out of sight, the list is being read. */
  readonly front: HTMLElement | null
  readonly setFront: (element: HTMLElement | null) => void
  /** Handlers for the element around the rows: while the pointer is over it, or keys have led there, the list is being read. */
  readonly around: {
    readonly onPointerEnter: () => void
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
      onPointerEnter: () => pointAt(true),
      onPointerLeave: () => pointAt(false),
      // A click leaves the focus behind as well, and does not show where the user is looking.
      onFocusIn: ({ target }) => setFocused(target instanceof Element && target.matches(':focus-visible')),
      onFocusOut: () => setFocused(false),
    },
  }
}
