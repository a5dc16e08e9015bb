import { texts } from '../state/appearance.ts'

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
