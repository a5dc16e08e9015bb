import { useEffect, useState } from 'preact/hooks'

/** Lets keys scroll an element where its content is wider than it, as on a phone; elsewhere they pass it over. Returns what to give it as its `ref`. */
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
