import type { ComponentChildren } from 'preact'
import { texts } from '../state/appearance.ts'
import type { Pages } from '../state/use-pages.ts'
import type { Reading } from '../state/use-reading.ts'

/** The rows of a list that grows at its front. While the list is being read, new rows wait behind a button. */
export function Rows({
  pages: { waiting, moreWait, showWaiting, total, items = [], more },
  reading: { front, setFront, around },
  children,
}: {
  readonly pages: Pages<unknown>
  readonly reading: Reading
  readonly children: ComponentChildren
}) {
  const showNewest = () => {
    showWaiting()
    front?.scrollIntoView({ block: 'center' })
  }
  return (
    <div class="list-body" {...around}>
      <span ref={setFront} class="front" />
      <ul class="rows">{children}</ul>
      <div class="waiting">
        {waiting > 0 && (
          <button type="button" class="primary" onClick={showNewest}>
            ↑ {texts.value.newOnes(waiting, moreWait)}
          </button>
        )}
      </div>
      <div class="list-end">
        <span class="quiet">{texts.value.shownOf(items.length, total)}</span>
        {more && (
          <button type="button" onClick={() => void more()}>
            {texts.value.showMore}
          </button>
        )}
      </div>
    </div>
  )
}
