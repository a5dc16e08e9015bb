import type { TimelineEntry } from '../../src/control/timeline.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { goTo } from '../state/route.ts'

/** Repeats the shop's latest call about a thing as a new call, to see how it is answered now. Nothing if the journal does not have such a call. */
export function CallAgain({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  const words = texts.value.life
  const latest = entries.find(({ exchange }) => exchange && isCall(exchange))?.exchange
  if (!latest) return null
  const call = async () => {
    const made = await attempt(() => control.value.replayExchange(latest.id, { request_no: 'new' }))
    if (made) goTo(['exchanges', made.id])
  }
  return (
    <button type="button" class="small" title={words.callAgainHint} onClick={() => void call()}>
      {words.callAgain}
    </button>
  )
}

/** Whether it is a call that may change something, and that the shop certainly made. */
function isCall({ callback, method, status }: NonNullable<TimelineEntry['exchange']>): boolean {
  return callback === undefined && method !== 'GET' && status !== 401
}
