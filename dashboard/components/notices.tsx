import { texts } from '../state/appearance.ts'
import { connection } from '../state/connection.ts'
import { dismiss, notices } from '../state/notices.ts'

/** Transient messages on success or failure, announced by screen readers. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, kind, text }) => (
        <p key={id} class={`notice ${kind}`}>
          <span>{text}</span>
          <button type="button" class="plain" aria-label={texts.value.dismiss} onClick={() => dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}

/** Reports that the server is gone, and that the user need not do anything. */
export function ConnectionNotice() {
  return <div role="status">{connection.value === 'lost' && <p class="banner">{texts.value.lost}</p>}</div>
}
