import { texts } from '../state/appearance.ts'
import type { Pages } from '../state/use-pages.ts'

/** How much of a list is shown, and the way to the rest. */
export function ListEnd({ pages }: { readonly pages: Pages<unknown> }) {
  const { items = [], total, more } = pages
  return (
    <div class="list-end">
      <span class="quiet">{texts.value.shownOf(items.length, total)}</span>
      {more && (
        <button type="button" onClick={() => void more()}>
          {texts.value.showMore}
        </button>
      )}
    </div>
  )
}
