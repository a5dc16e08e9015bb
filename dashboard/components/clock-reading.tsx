import { useEffect, useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
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

/** The mock's clock at this moment. */
interface ClockNow {
  /** Epoch milliseconds. */
  readonly now: number
  readonly frozen: boolean
  /** How far it is ahead of this computer's clock, in milliseconds: clients that run here sign by that clock. */
  readonly aheadMs: number
}

/** The mock's clock, which keeps running in the page between two readings. */
export function useClock(): ClockNow | undefined {
  const { value } = useLoaded(
    'clock',
    async (client) => ({ ...(await client.clock()), readAt: performance.now() }),
    touches('clock'),
  )
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (!value) return undefined
  const passed = value.frozen ? 0 : performance.now() - value.readAt
  const now = Date.parse(value.now) + passed
  return { now, frozen: value.frozen, aheadMs: now - Date.now() }
}
