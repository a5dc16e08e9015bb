import type { NotificationTries } from '../../src/control/formats/notification.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { useClock } from './clock-reading.tsx'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Possible marks of an axis: the milliseconds since its start, and the unit of the label. */
const MARKS = [
  [0, 'seconds', 0],
  [15_000, 'seconds', 15],
  [MINUTE, 'minutes', 1],
  [5 * MINUTE, 'minutes', 5],
  [10 * MINUTE, 'minutes', 10],
  [30 * MINUTE, 'minutes', 30],
  [HOUR, 'hours', 1],
  [6 * HOUR, 'hours', 6],
  [24 * HOUR, 'hours', 24],
  [168 * HOUR, 'days', 7],
  [720 * HOUR, 'days', 30],
] as const

/** The space to the left and right of an axis, and between two marks, as shares of the width. */
const MARGIN = 0.03
const MARK_GAP = 0.16

/** The first hour is true to scale. On a longer axis the later hours are closer together, as repeats become rarer. */
const TRUE_TO_SCALE_MS = HOUR
const LOGARITHM_UNIT_MS = 15_000

/** The attempts of a callback on a time axis, from its creation: past ones with their outcomes, planned ones hollow, and now as a line. */
export function TriesAxis({ notification: { attempts, create_time }, planned }: NotificationTries) {
  const words = texts.value.triesAxis
  const clock = useClock()
  const made = Date.parse(create_time)
  const tried = attempts.map(({ time, ...rest }) => ({ at: Date.parse(time), time, ...rest }))
  const toCome = planned.map((time) => ({ at: Date.parse(time), time }))
  // After the last attempt, the line for now is meaningless.
  const now = toCome.length > 0 ? clock?.now : undefined
  const instants = [made, ...[...tried, ...toCome].map(({ at }) => at), ...(now === undefined ? [] : [now])]
  // The clock may have been put back since.
  const start = Math.min(...instants)
  const span = Math.max(MINUTE, Math.max(...instants) - start)
  const shareOf = span <= TRUE_TO_SCALE_MS ? (ms: number) => ms / span : (ms: number) => log(ms) / log(span)
  const place = (ms: number) => `${(100 * (MARGIN + (1 - 2 * MARGIN) * shareOf(ms))).toFixed(2)}%`
  return (
    <svg class="tries-axis" role="img" aria-labelledby="tries-axis-title">
      <title id="tries-axis-title">{words.title(tried.length, toCome.length)}</title>
      <line class="axis" x1={place(0)} x2={place(span)} y1="34" y2="34" />
      {marksOn(span, shareOf).map(([ms, unit, amount]) => (
        <g key={ms}>
          <line class="axis" x1={place(ms)} x2={place(ms)} y1="34" y2="46" />
          <text x={place(ms)} y="58" text-anchor={ms === 0 ? 'start' : shareOf(ms) > 0.95 ? 'end' : 'middle'}>
            {ms === 0 ? words.made : words.after[unit](amount)}
          </text>
        </g>
      ))}
      {now !== undefined && (
        <g class="now">
          <line x1={place(now - start)} x2={place(now - start)} y1="16" y2="46" />
          <text x={place(now - start)} y="11" text-anchor={anchorAt(shareOf(now - start))}>
            {words.now}
          </text>
        </g>
      )}
      {toCome.map(({ at, time }, i) => (
        <circle key={time} class={i === 0 ? 'planned next' : 'planned'} cx={place(at - start)} cy="34" r="4.5">
          <title>{words.planned(tried.length + i + 1, readable(time))}</title>
        </circle>
      ))}
      {tried.map(({ at, time, status, error }, i) => (
        // Attempts are only appended.
        <circle key={String(i)} class={outcomeOf(status, error)} cx={place(at - start)} cy="34" r="5.5">
          <title>
            {words.tried(i + 1, String(status ?? plainText(error ?? texts.value.callbacks.underWay)), readable(time))}
          </title>
        </circle>
      ))}
    </svg>
  )
}

function log(ms: number): number {
  return Math.log1p(Math.max(0, ms) / LOGARITHM_UNIT_MS)
}

/** Marks of an axis that do not overlap on a phone: its start, then preferably the later ones. */
function marksOn(span: number, shareOf: (ms: number) => number) {
  let next = Number.POSITIVE_INFINITY
  return MARKS.toReversed().filter(([ms]) => {
    const share = shareOf(ms)
    if (ms > 0 && (ms > span || share < MARK_GAP || next - share < MARK_GAP)) return false
    next = share
    return true
  })
}

function anchorAt(share: number): 'start' | 'middle' | 'end' {
  return share < 0.05 ? 'start' : share > 0.95 ? 'end' : 'middle'
}

/** The outcome of an attempt, as a CSS class. */
export function outcomeOf(status: number | undefined, error: string | undefined): string {
  if (error !== undefined) return 'bad'
  if (status === undefined) return 'calm'
  return status === 200 || status === 204 ? 'good' : 'bad'
}
