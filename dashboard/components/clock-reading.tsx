import { useEffect, useState } from 'preact/hooks'
import { texts } from '../state/appearance.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { chinaTime } from '../times.ts'

/** The mock's clock, which runs on in the page between two looks at it. */
export function ClockReading() {
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
  if (!value) return null
  const passed = value.frozen ? 0 : performance.now() - value.readAt
  const { date, time } = chinaTime(Date.parse(value.now) + passed)
  return (
    <span class={`clock ${value.frozen ? 'frozen' : ''}`} title={texts.value.clockTitle}>
      {value.frozen && <span class="tag">{texts.value.frozen}</span>}
      <time>
        <span class="date">{date}</span> {time}
      </time>
      <span class="quiet zone"> UTC+8</span>
    </span>
  )
}
