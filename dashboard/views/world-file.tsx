import { useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { Question } from '../components/question.tsx'
import { language, texts } from '../state/appearance.ts'
import { control, messageOf } from '../state/control.ts'
import { tell } from '../state/notices.ts'
import { fileSize } from '../times.ts'

/** Why a file was not taken. */
interface Refusal {
  readonly file: string
  readonly path?: string
  readonly message: string
}

/** Replaces the mock's whole content with a seed file or a snapshot, chosen or dropped here. */
export function WorldFile({ onRestored }: { readonly onRestored: () => void }) {
  const words = texts.value.seed
  const [chosen, choose] = useState<File>()
  const [loading, setLoading] = useState(false)
  const [dragged, setDragged] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  const load = async (file: File) => {
    setLoading(true)
    setRefusal(undefined)
    const client = control.peek()
    try {
      await client.restoreFile(file)
      tell(words.loaded(plainText(file.name)))
      onRestored()
    } catch (error) {
      setRefusal({
        file: file.name,
        message: messageOf(error, client),
        ...(error instanceof UsageError && error.path !== '' && { path: error.path }),
      })
    }
    setLoading(false)
  }
  return (
    <section
      class={`card drop ${dragged ? 'dragged' : ''}`}
      aria-labelledby="file-title"
      onDragOver={(event) => {
        event.preventDefault()
        setDragged(true)
      }}
      onDragLeave={() => setDragged(false)}
      onDrop={(event) => {
        event.preventDefault()
        setDragged(false)
        choose(event.dataTransfer?.files[0])
      }}
    >
      <h2 id="file-title">{words.file}</h2>
      <p class="quiet">{words.fileHint}</p>
      <label class="button primary file-button">
        <input
          type="file"
          accept=".json,application/json"
          disabled={loading}
          onChange={({ currentTarget }) => {
            choose(currentTarget.files?.[0])
            // Allows choosing the same file again once it is corrected.
            currentTarget.value = ''
          }}
        />
        {loading ? words.loading : words.choose}
      </label>
      {refusal && <Refused refusal={refusal} />}
      {chosen && (
        <Question
          title={words.loadQuestion(plainText(chosen.name), fileSize(chosen.size, language.value))}
          yes={words.load}
          onAnswer={(yes) => {
            choose(undefined)
            if (yes) void load(chosen)
          }}
        >
          {words.restoreLoses}
        </Question>
      )}
    </section>
  )
}

/** Removes the place at the start of a message, which is shown separately. */
function withoutPlace(message: string, path: string | undefined): string {
  return path !== undefined && message.startsWith(path) ? message.slice(path.length).replace(/^(?:: |：)/, '') : message
}

function Refused({ refusal: { file, path, message } }: { readonly refusal: Refusal }) {
  const words = texts.value.seed
  return (
    <div class="wrong refused" role="alert">
      <p>
        <strong>{words.refused(plainText(file))}</strong>
      </p>
      {path !== undefined && (
        <p>
          {words.place} <code>{plainText(path)}</code>
        </p>
      )}
      <p class="mono">{plainText(withoutPlace(message, path))}</p>
    </div>
  )
}
