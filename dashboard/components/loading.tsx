import { texts } from '../state/appearance.ts'

/** Placeholder in the outline of an answer that is still loading. Appears only after a moment, so fast answers never show it. */
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
