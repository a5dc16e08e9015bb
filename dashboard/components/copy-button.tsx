import { useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { attempt } from '../state/notices.ts'
import { copyText } from './copy-text.ts'

/** Copies a text, which may be loaded only when the button is pressed. */
export function CopyButton({
  text,
  label,
  kind = '',
  shortcut,
}: {
  readonly text: string | (() => Promise<string>)
  readonly label: string
  readonly kind?: string
  /** Keyboard shortcut. */
  readonly shortcut?: string
}) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    const copied = await attempt(async () => {
      await copyText(typeof text === 'string' ? text : await text())
      return true
    })
    if (!copied) return
    setDone(true)
    setTimeout(() => setDone(false), 1_500)
  }
  return (
    <button type="button" class={kind} aria-keyshortcuts={shortcut} onClick={() => void copy()}>
      <span aria-live="polite">{done ? texts.value.copied : label}</span>
    </button>
  )
}

/** A verbatim text with a copy button. */
export function Code({ text, copy = true }: { readonly text: string; readonly copy?: boolean }) {
  return (
    <div class="code">
      <pre>
        <code>{text}</code>
      </pre>
      {copy && <CopyButton text={text} label={texts.value.copy} kind="small" />}
    </div>
  )
}
