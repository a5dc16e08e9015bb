import { useEffect, useState } from 'preact/hooks'

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
