import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import type { WorldCounts } from '../../src/products/json.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { plainText, readable } from '../../src/shared/texts.ts'
import { saveBlob } from '../components/code.tsx'
import { Question } from '../components/dialogs.tsx'
import { Form } from '../components/fields.tsx'
import { Loading } from '../components/panes.tsx'
import { language, said, texts } from '../state/appearance.ts'
import { control, messageOf } from '../state/control.ts'
import { attempt, tell } from '../state/notices.ts'
import { overview, thingKinds } from '../state/operations.ts'
import { useLoaded } from '../state/use-loaded.ts'
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
      {Object.entries(counts).map(([name, count]) => (
        <div key={name} class={count === 0 ? 'none' : ''}>
          <dt>
            {viewOf(name) !== undefined ? (
              <a href={`#/${viewOf(name)}`}>{titles.get(name) ?? name}</a>
            ) : (
              (titles.get(name) ?? name)
            )}
          </dt>
          <dd>{count.toLocaleString(language.value)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The snapshots of the page, with buttons to take, restore, save and delete them. */
function Snapshots({ onRestored }: { readonly onRestored: () => void }) {
  const words = texts.value.seed
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const [asked, ask] = useState<KeptSnapshot>()
  const take = async () => {
    setBusy(true)
    const taken = await attempt(async () => {
      const { now } = await control.value.clock()
      return { takenAt: now, file: await control.value.worldFile() }
    }, words.taken)
    setBusy(false)
    if (!taken) return
    keepSnapshot({ name: name.trim() || words.usualName(snapshotsTaken() + 1), ...taken })
    setName('')
  }
  const restore = async (snapshot: KeptSnapshot) => {
    setBusy(true)
    await attempt(() => control.value.restoreFile(snapshot.file), words.restored(snapshot.name))
    setBusy(false)
    onRestored()
  }
  return (
    <section class="card" aria-labelledby="snapshots-title">
      <h2 id="snapshots-title">{words.snapshots}</h2>
      <p class="quiet">{words.snapshotsHint}</p>
      <Form class="in-line" onSubmit={take}>
        <input
          aria-label={words.snapshotName}
          placeholder={words.usualName(snapshotsTaken() + 1)}
          maxLength={60}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
        <button type="submit" class="primary" disabled={busy}>
          {words.take}
        </button>
      </Form>
      <ul class="snapshots">
        {snapshots.value.map((snapshot) => (
          <li key={snapshot.id} aria-label={snapshot.name}>
            <span>
              <strong>
                <bdi>{snapshot.name}</bdi>
              </strong>
              <span class="quiet">
                {readable(snapshot.takenAt.replace(/\.\d+/, ''))} · {fileSize(snapshot.file.size, language.value)}
              </span>
            </span>
            <span class="actions">
              <button type="button" class="small" disabled={busy} onClick={() => ask(snapshot)}>
                {words.restore}
              </button>
              <button type="button" class="small" onClick={() => saveBlob(fileName(snapshot), snapshot.file)}>
                {words.saveFile}
              </button>
              <button type="button" class="small plain" onClick={() => forgetSnapshot(snapshot.id)}>
                {words.forget}
              </button>
            </span>
          </li>
        ))}
      </ul>
      {asked && (
        <Question
          title={words.restoreQuestion(asked.name)}
          yes={words.restore}
          onAnswer={(yes) => {
            ask(undefined)
            if (yes) void restore(asked)
          }}
        >
          {words.restoreLoses}
        </Question>
      )}
    </section>
  )
}

/** Replaces separators and other characters that are special in file names. */
function fileName({ name }: KeptSnapshot): string {
  return `${name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')}.json`
}

/** A snapshot that lives as long as the page. */
interface KeptSnapshot {
  readonly id: number
  readonly name: string
  /** When it was taken, by the mock's clock. */
  readonly takenAt: string
  /** In the format of a seed file. The browser keeps it outside of the page's own memory, since it may be large. */
  readonly file: Blob
}

/** The snapshots, newest first. */
const snapshots = signal<readonly KeptSnapshot[]>([])

let count = 0

/** Number of snapshots taken so far. */
function snapshotsTaken(): number {
  return count
}

function keepSnapshot(snapshot: Omit<KeptSnapshot, 'id'>): void {
  count += 1
  snapshots.value = [{ id: count, ...snapshot }, ...snapshots.value]
}

function forgetSnapshot(id: number): void {
  snapshots.value = snapshots.value.filter((snapshot) => snapshot.id !== id)
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
