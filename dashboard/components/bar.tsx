import type { ShownThing } from '../../src/control/formats/thing.ts'
import { language, texts } from '../state/appearance.ts'
import { said } from '../state/said.ts'

/** Usage of a limit, as a bar and in numbers. */
export function Bar({ bar: { title, used, limit } }: { readonly bar: ShownThing['bars'][number] }) {
  const amount = (count: number) => count.toLocaleString(language.value)
  if (limit === undefined) {
    return (
      <p class="budget">
        {said(title)} <span class="quiet">{amount(used)}</span>
      </p>
    )
  }
  const most = Math.max(1, limit)
  return (
    <label class="budget">
      <span>
        {said(title)}{' '}
        <span class="quiet">
          {amount(used)} / {amount(limit)}
          {limit > 0 && used >= limit && ` · ${texts.value.things.usedUp}`}
        </span>
      </span>
      <meter min={0} max={most} high={most * 0.9} optimum={0} value={Math.min(used, limit)} />
    </label>
  )
}
