import { z } from 'zod'
import { type Exchange, isError, isFaulted, statusClassOf } from '../../engine/journal/journal.ts'
import { time } from '../../engine/state/json-fields.ts'
import { exactTime } from '../../protocol/instant.ts'

/** Statistics of exchanges: outcomes, times and durations. */

/** Step of the recent traffic. It divides a minute, so that steps begin at the same seconds whenever somebody looks. */
const STEP_MS = 15_000

/** Five minutes. */
const STEPS = 20

export const count = z.int().min(0)

const statusCounts = { '2xx': count, '4xx': count, '5xx': count, other: count }

export const outcomeCountsJson = z
  .strictObject({ all: count, error: count, ...statusCounts, faulted: count })
  .meta({ id: 'OutcomeCounts', description: 'how many exchanges ended in which way; one may count in several' })

export const recentTrafficJson = z
  .strictObject({
    steps: z
      .array(z.strictObject({ from: time, to: time, ...statusCounts }))
      .describe(`${STEPS} times ${STEP_MS / 1_000} seconds, the oldest first; the last one is not over`),
    duration_ms: z
      .strictObject({ median: z.number(), p95: z.number() })
      .optional()
      .describe("how long they took on the machine's clock; left out where there are none"),
  })
  .meta({ id: 'RecentTraffic', description: "the last five minutes on the mock's clock" })

export type OutcomeCounts = z.output<typeof outcomeCountsJson>

export type RecentTraffic = z.output<typeof recentTrafficJson>

const NONE = { '2xx': 0, '4xx': 0, '5xx': 0, other: 0 }

export function countOutcomes(exchanges: readonly Exchange[]): OutcomeCounts {
  const counts = { all: exchanges.length, error: 0, ...NONE, faulted: 0 }
  for (const exchange of exchanges) {
    const statusClass = statusClassOf(exchange)
    counts[statusClass] += 1
    if (isError(statusClass)) counts.error += 1
    if (isFaulted(exchange)) counts.faulted += 1
  }
  return counts
}

/** @param now epoch milliseconds on the mock's clock */
export function recentTraffic(exchanges: readonly Exchange[], now: number): RecentTraffic {
  const begin = (Math.floor(now / STEP_MS) + 1 - STEPS) * STEP_MS
  const steps = Array.from({ length: STEPS }, (_, i) => ({
    from: exactTime(begin + i * STEP_MS),
    to: exactTime(begin + (i + 1) * STEP_MS - 1),
    ...NONE,
  }))
  const durations: number[] = []
  for (const exchange of exchanges) {
    const step = steps[Math.floor((exchange.at - begin) / STEP_MS)]
    if (!step) continue
    step[statusClassOf(exchange)] += 1
    durations.push(exchange.durationMs)
  }
  if (durations.length === 0) return { steps }
  const sorted = Float64Array.from(durations).sort()
  return { steps, duration_ms: { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) } }
}

/** The smallest value that this share of all does not exceed. The list must not be empty. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
