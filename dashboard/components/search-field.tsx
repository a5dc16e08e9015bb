import { useEffect, useState } from 'preact/hooks'

const PAUSE_MS = 250

/** A field to search with: what is typed counts after a short pause. */
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
  /** The key that leads here. */
  readonly shortcut?: string
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onChange(text), PAUSE_MS)
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
        // Back to the list, and to its keys. Escape clears a text first, as browsers do.
        if (!isComposing && (key === 'Enter' || (key === 'Escape' && text === ''))) currentTarget.blur()
      }}
    />
  )
}
