import { useState } from 'preact/hooks'
import { plainText } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { attempt } from '../state/notices.ts'

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

/**
 * Copies a text to the clipboard, even where the browser trusts the page less: on another machine, without TLS.
 *
 * @throws Error if the browser does not allow it
 */
export async function copyText(text: string): Promise<void> {
  if (isSecureContext) {
    await navigator.clipboard.writeText(text)
    return
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'off-screen'
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  if (!copied) throw new Error(texts.value.notCopied)
}

/** A text from outside as plain text; only the beginning of a long one, until the user asks for the rest. */
export function LongText({ text, limit = 8_000 }: { readonly text: string; readonly limit?: number }) {
  const [all, setAll] = useState(false)
  const cut = !all && text.length > limit
  return (
    <>
      <bdi>{plainText(cut ? text.slice(0, limit) : text)}</bdi>
      {cut && (
        <>
          {'… '}
          <button type="button" class="small" onClick={() => setAll(true)}>
            {texts.value.showAll(text.length)}
          </button>
        </>
      )}
    </>
  )
}

/** A program or configuration to copy or save. */
export function Program({
  file,
  text,
  shown = text,
  limit,
}: {
  readonly file: string
  readonly text: string
  /** Text to show in place of the program, without secrets. */
  readonly shown?: string
  /** Number of characters shown at first. */
  readonly limit?: number
}) {
  return (
    <div class="code">
      <p class="code-tools">
        <CopyButton kind="small" label={texts.value.copy} text={text} />
        <button type="button" class="small" onClick={() => saveBlob(file, new Blob([text], { type: 'text/plain' }))}>
          {texts.value.merchants.saveFile}
        </button>
      </p>
      <pre>
        <code>
          <LongText key={file} text={shown} {...(limit !== undefined && { limit })} />
        </code>
      </pre>
    </div>
  )
}

/** Lets the browser save a file. */
export function saveBlob(name: string, file: Blob): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

/** Lets the browser save a value as a JSON file. */
export function saveFile(name: string, value: unknown): void {
  saveBlob(name, new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }))
}

/** Replacement for a secret. */
const HIDDEN = '••••••••'

/** Hides the private keys (PEM, even within a string of JSON or Java) and the APIv3 key in a text. */
export function hideSecrets(text: string, apiV3Key: string): string {
  return text
    .replaceAll(
      /(-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)[^-]*(-----END (?:[A-Z]+ )?PRIVATE KEY-----)/g,
      `$1${HIDDEN}$2`,
    )
    .replaceAll(apiV3Key, HIDDEN)
}
