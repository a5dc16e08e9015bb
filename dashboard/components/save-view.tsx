import { useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt, tell } from '../state/notices.ts'
import { saved } from '../state/saved.ts'
import { saveBlob } from './code.tsx'

/** Saves the list that is shown, with its details, as a page of its own. */
export function SaveView() {
  const words = texts.value.saved
  const [isBusy, setBusy] = useState(false)
  if (saved) return null
  const save = async () => {
    setBusy(true)
    const view = location.hash.replace(/^#\/?/, '') || 'exchanges'
    const made = await attempt(() => control.value.savedView({ view }))
    setBusy(false)
    if (!made) return
    const [list = ''] = view.split(/[/?]/)
    saveBlob(
      `${list}-${made.saved_at.slice(0, 19).replaceAll(':', '')}.html`,
      new Blob([made.html], { type: 'text/html' }),
    )
    tell(words.done(made.rows, made.left_out))
  }
  return (
    <button type="button" class="plain" title={words.hint} disabled={isBusy} onClick={() => void save()}>
      {words.save}
    </button>
  )
}
