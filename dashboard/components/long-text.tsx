import { useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import { texts } from '../state/appearance.ts'

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
