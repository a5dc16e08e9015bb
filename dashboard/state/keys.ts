import { useEffect, useRef } from 'preact/hooks'
import { kept } from './kept.ts'

/** Whether single keys do something. They may be in the way of a screen reader or of voice control. */
export const keys = kept<'on' | 'off'>('keys', (text) => (text === 'off' ? 'off' : 'on'))

/** Does something at single keys, for as long as the component is shown; not while somebody types, or a dialog asks. */
export function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
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
