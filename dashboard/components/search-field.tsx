import { useEffect, useRef, useState } from 'preact/hooks'

const PAUSE_MS = 250

/** A search field: the typed text takes effect after a short pause. */
export function SearchField({
  label,
  value,
  onChange,
  kind = 'search',
  shortcut,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly kind?: string
  /** The key that focuses the field. */
  readonly shortcut?: string
}) {
  const [text, setText] = useState(value)
  const reported = useRef<string | undefined>(undefined)
  useEffect(() => {
    // A text that comes back once it has taken effect must not replace what was typed since.
    if (value !== reported.current) setText(value)
    reported.current = undefined
  }, [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => {
      reported.current = text
      onChange(text)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <input
      type="search"
      class={kind}
      aria-label={label}
      aria-keyshortcuts={shortcut}
      placeholder={label}
      maxLength={200}
      spellcheck={false}
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
      onKeyDown={({ key, isComposing, currentTarget }) => {
        // Returns to the list, and to its keys. Escape clears a text first, as in browsers.
        if (!isComposing && (key === 'Enter' || (key === 'Escape' && text === ''))) currentTarget.blur()
      }}
    />
  )
}
