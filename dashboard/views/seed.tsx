import { useState } from 'preact/hooks'
import type { WorldCounts } from '../../src/products/json.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { saveBlob } from '../components/code.tsx'
import { Question } from '../components/dialogs.tsx'
import { Form } from '../components/fields.tsx'
import { Loading } from '../components/panes.tsx'
import { language, said, texts } from '../state/appearance.ts'
import { control, messageOf } from '../state/control.ts'
import { attempt, tell } from '../state/notices.ts'
import { overview, thingKinds } from '../state/operations.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { fileSize } from '../times.ts'

/** The mock's content, and ways to restore it: from its seed, a snapshot, or a file. */
export function SeedView() {
  const words = texts.value.seed
  const counts = useLoaded(
    'counts',
    (client) => client.worldCounts(),
    ({ type }) => type === 'change',
  )
  const [asking, ask] = useState(false)
  const reset = async (yes: boolean) => {
    ask(false)
    if (!yes) return
    await attempt(() => control.value.reset(), words.isReset)
    counts.reload()
  }
  return (
    <section class="pane page" aria-labelledby="seed-title">
      <header class="pane-head">
        <h1 id="seed-title">{words.title}</h1>
        <button type="button" class="danger" onClick={() => ask(true)}>
          {words.reset}
        </button>
      </header>
      {counts.error !== undefined && <p class="wrong">{counts.error}</p>}
      {counts.value === undefined && counts.error === undefined && <Loading lines={3} />}
      {counts.value && <Counts counts={counts.value} />}
      <div class="columns">
        <Snapshots onRestored={counts.reload} />
        <WorldFile onRestored={counts.reload} />
      </div>
      {asking && (
        <Question title={words.resetQuestion} yes={words.reset} onAnswer={(yes) => void reset(yes)}>
          {words.resetLoses}
        </Question>
      )}
    </section>
  )
}

/** Views that show things of a kind, by its name, besides those that the mock lists. */
const VIEWS: Readonly<Record<string, string>> = {
  merchants: 'merchants',
  notifications: 'callbacks',
}

function Counts({ counts }: { readonly counts: WorldCounts }) {
  const words = texts.value.seed
  const titles = new Map(overview.value.tables.map(({ name, title }) => [name, said(title)]))
  titles.set('merchants', words.merchants)
  const viewOf = (name: string) => VIEWS[name] ?? thingKinds.value?.find(({ id }) => id === name)?.id
  return (
    <dl class="counts" aria-label={words.counts}>
      {Object.entries(counts).flatMap(([name, count]) => {
        const title = titles.get(name)
        // Tables without a title, for which their name stands in, only keep the books of others.
        if (title === undefined || title === name) return []
        return (
          <div key={name} class={count === 0 ? 'none' : ''}>
            <dt>{viewOf(name) === undefined ? title : <a href={`#/${viewOf(name)}`}>{title}</a>}</dt>
            <dd>{count.toLocaleString(language.value)}</dd>
          </div>
        )
      })}
    </dl>
  )
}

/** The snapshots that the mock keeps, with buttons to take, restore, save and remove them. */
function Snapshots({ onRestored }: { readonly onRestored: () => void }) {
  const words = texts.value.seed
  const {
    value: list = [],
    error,
    reload,
  } = useLoaded('snapshots', (client) => client.snapshots(), touches('snapshots'))
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [asked, ask] = useState<{ readonly name: string; readonly about: 'restore' | 'forget' }>()
  const usualName = words.usualName(nextNumber(list.map((one) => one.name)))
  const act = async <Value,>(work: () => Promise<Value>, done?: string) => {
    setBusy(true)
    const answer = await attempt(work, done)
    setBusy(false)
    reload()
    return answer
  }
  const take = async () => {
    const kept = await act(() => control.value.keepSnapshot({ name: name.trim() || usualName }), words.taken)
    if (kept) setName('')
  }
  const confirm = async ({ name, about }: NonNullable<typeof asked>) => {
    if (about === 'forget') return void (await act(() => control.value.removeSnapshot(name)))
    await act(() => control.value.restoreSnapshot(name), words.restored(plainText(name)))
    onRestored()
  }
  const save = async (snapshot: string) => {
    const file = await act(() => control.value.snapshotFile(snapshot))
    if (file) saveBlob(fileName(snapshot), file)
  }
  return (
    <section class="card" aria-labelledby="snapshots-title">
      <h2 id="snapshots-title">{words.snapshots}</h2>
      <p class="quiet">{words.snapshotsHint}</p>
      {error !== undefined && <p class="wrong">{error}</p>}
      <Form class="in-line" onSubmit={take}>
        <input
          aria-label={words.snapshotName}
          placeholder={usualName}
          maxLength={60}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={busy}>
          {words.take}
        </button>
      </Form>
      <ul class="snapshots">
        {list.map((snapshot) => (
          <li key={snapshot.name} aria-label={plainText(snapshot.name)}>
            <span>
              <strong>
                <bdi>{plainText(snapshot.name)}</bdi>
              </strong>
              <span class="quiet">
                {readable(snapshot.taken_at.replace(/\.\d+/, ''))} · {fileSize(snapshot.bytes, language.value)}
              </span>
            </span>
            <span class="actions">
              <button
                type="button"
                class="small"
                disabled={busy}
                onClick={() => ask({ name: snapshot.name, about: 'restore' })}
              >
                {words.restore}
              </button>
              <button type="button" class="small" disabled={busy} onClick={() => void save(snapshot.name)}>
                {words.saveFile}
              </button>
              <button
                type="button"
                class="small plain"
                disabled={busy}
                onClick={() => ask({ name: snapshot.name, about: 'forget' })}
              >
                {words.forget}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {asked && (
        <Question
          title={words[`${asked.about}Question`](plainText(asked.name))}
          yes={words[asked.about]}
          onAnswer={(yes) => {
            ask(undefined)
            if (yes) void confirm(asked)
          }}
        >
          {words[`${asked.about}Loses`]}
        </Question>
      )}
    </section>
  )
}

/** One more than the largest number at the end of a name. */
function nextNumber(names: readonly string[]): number {
  return 1 + Math.max(0, ...names.map((name) => Number(/ (\d{1,9})$/.exec(name)?.[1] ?? 0)))
}

/** Replaces separators and other characters that are special in file names. */
function fileName(name: string): string {
  return `${name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')}.json`
}

/** Why a file was not taken. */
interface Refusal {
  readonly file: string
  readonly path?: string
  readonly message: string
}

/** Replaces the mock's whole content with a seed file or a snapshot, chosen or dropped here. */
function WorldFile({ onRestored }: { readonly onRestored: () => void }) {
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
