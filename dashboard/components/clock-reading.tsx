import { texts } from '../state/appearance.ts'
import { useClock } from '../state/use-clock.ts'
import { chinaTime, offsetParts } from '../times.ts'

/** The mock's clock, and its difference to this computer's. */
export function ClockReading() {
  const clock = useClock()
  if (!clock) return null
  const { now, frozen, aheadMs } = clock
  const { date, time } = chinaTime(now)
  const offset = offsetText(aheadMs)
  return (
    <span class={`clock ${frozen ? 'frozen' : ''}`} title={texts.value.clockTitle}>
      {frozen && <span class="tag">{texts.value.frozen}</span>}
      <time>
        <span class="year">{date.slice(0, 5)}</span>
        {date.slice(5)} {time}
      </time>
      <span class="quiet zone"> UTC+8</span>
      {offset !== undefined && (
        <>
          {' '}
          <span class="offset">{offset}</span>
        </>
      )}
    </span>
  )
}

/** The signed difference between two clocks; `undefined` for less than a minute, which nobody has set on purpose. */
export function offsetText(aheadMs: number): string | undefined {
  const { units } = texts.value
  const parts = offsetParts(aheadMs)
  if (parts.length === 0) return undefined
  return `${aheadMs < 0 ? '−' : '+'}${parts.map(([amount, unit]) => units[unit](amount)).join(' ')}`
}
