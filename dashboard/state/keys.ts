import { useEffect, useRef } from 'preact/hooks'
import { kept } from '../../src/browser/kept.ts'

/** Whether single-key shortcuts are on. They may interfere with a screen reader or voice control. */
export const keys = kept<'on' | 'off'>('keys', (text) => (text === 'off' ? 'off' : 'on'))

/** Binds actions to single keys for as long as the component is shown; not while the user types, or a dialog is open. */
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
