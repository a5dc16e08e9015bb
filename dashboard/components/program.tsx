import { texts } from '../state/appearance.ts'
import { CopyButton } from './copy-button.tsx'
import { LongText } from './long-text.tsx'
import { saveBlob } from './save-blob.ts'

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
