import { useState } from 'preact/hooks'
import { readable } from '../../src/browser/texts.ts'
import { Question } from '../components/question.tsx'
import { saveBlob } from '../components/save-blob.ts'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { forgetSnapshot, type KeptSnapshot, keepSnapshot, snapshots, snapshotsTaken } from '../state/snapshots.ts'
import { fileSize } from '../times.ts'

/** The snapshots of the page, with buttons to take, restore, save and delete them. */
export function Snapshots({ onRestored }: { readonly onRestored: () => void }) {
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
      <form
        class="in-line"
        onSubmit={(event) => {
          event.preventDefault()
          void take()
        }}
      >
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
      </form>
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
