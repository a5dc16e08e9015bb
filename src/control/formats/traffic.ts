import { z } from 'zod'
import {
  causesOf,
  type Exchange,
  explainingRemark,
  isError,
  isFaulted,
  statusClassOf,
} from '../../engine/journal/journal.ts'
import { time } from '../../engine/state/json-fields.ts'
import { describeCause } from '../../wire/diagnosis/index.ts'
import { exactTime, timeWithMilliseconds } from '../../wire/protocol/instant.ts'
import { type Language, shortened } from '../../wire/shared/texts.ts'
import { DIAGNOSIS, SHOWN_CHARACTERS } from './exchange-summary.ts'

/** Statistics of exchanges: outcomes, times and durations. */

/** Step of the recent traffic. It divides a minute, so that steps begin at the same seconds whenever somebody looks. */
const STEP_MS = 15_000

/** Five minutes. */
const STEPS = 20

const count = z.int().min(0)

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

/** Maximum number of causes that are counted. */
const COUNTED_CAUSES = 20

export const causeCountsJson = z
  .array(
    z
      .strictObject({
        cause: z
          .string()
          .describe('a cause of the diagnosis, or the error of a refusal as a planned fault would name it'),
        status: z.int().optional().describe('left out where there is no answer'),
        text: z.string().describe('in words, of the latest such exchange'),
        count,
        first: time,
        last: time,
      })
      .meta({ id: 'CauseCount' }),
  )
  .describe(`errors by cause, the most frequent first, ${COUNTED_CAUSES} at most; one exchange may count in several`)

export type CauseCount = z.output<typeof causeCountsJson>[number]

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

/** @param exchanges oldest first */
export function countCauses(exchanges: readonly Exchange[], language: Language): CauseCount[] {
  const found = exchanges.flatMap((exchange) => causesOf(exchange).map((cause) => ({ cause, exchange })))
  return [...Map.groupBy(found, ({ cause, exchange }) => `${exchange.response?.status} ${cause}`).values()]
    .toSorted((one, other) => other.length - one.length)
    .slice(0, COUNTED_CAUSES)
    .flatMap((alike) => {
      const [first, last] = [alike[0], alike.at(-1)]
      if (!first || !last) return []
      const { cause, exchange } = last
      const remark = explainingRemark(exchange.remarks)
      const mistake = remark?.causes?.find(({ name }) => name === cause)
      return {
        cause,
        status: exchange.response?.status,
        text: shortened(
          mistake ? describeCause(mistake, DIAGNOSIS[language]).explanation : (remark?.text[language] ?? cause),
          SHOWN_CHARACTERS,
        ),
        count: alike.length,
        first: timeWithMilliseconds(first.exchange.at),
        last: timeWithMilliseconds(exchange.at),
      }
    })
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
