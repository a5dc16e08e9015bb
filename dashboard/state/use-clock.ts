import { useEffect, useState } from 'preact/hooks'
import { touches, useLoaded } from './use-loaded.ts'

/** The mock's clock at this moment. */
export interface ClockNow {
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
