import { texts } from '../state/appearance.ts'

/** Stands in for what the mock has not answered yet, in its outline. What is answered at once is never stood in for: it appears after a moment only. */
export function Loading({
  shape = 'rows',
  lines = 6,
}: {
  readonly shape?: 'rows' | 'detail'
  readonly lines?: number
}) {
  return (
    <div class={`loading of-${shape}`} role="status">
      <span class="for-readers">{texts.value.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={String(i)} class="bones" aria-hidden="true">
          <span class="bone" />
          <span class="bone" />
          <span class="bone" />
        </span>
      ))}
    </div>
  )
}
