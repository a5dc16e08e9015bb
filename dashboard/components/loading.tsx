import { texts } from '../state/appearance.ts'

/** Stands in for what the mock has not answered yet. */
export function Loading({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="for-readers">{texts.value.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={String(i)} class="bone" aria-hidden="true" />
      ))}
    </div>
  )
}
