import type { RecentTraffic as Traffic } from '../../src/control/formats/traffic.ts'
import { STATUS_CLASSES, type StatusClass } from '../../src/engine/journal/journal.ts'
import { language, texts } from '../state/appearance.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { duration } from '../times.ts'
import { type ExchangeFilter, interval } from './exchange-filter.tsx'

type Step = Traffic['steps'][number]

/** Maximum height of a bar above its smallest height, and the width of a step, in units of the picture. */
const BAR_HEIGHT = 30
const STEP_WIDTH = 10
/** Minimum height of each kind in a step, so that a single failure among thousands is visible. */
const LEAST_HEIGHT = 3
const HEIGHT = BAR_HEIGHT + LEAST_HEIGHT * STATUS_CLASSES.length

/** The last five minutes in one picture above the list. A step and a kind of status are filters. */
export function RecentTraffic({
  traffic: { steps, duration_ms },
  filter,
}: {
  readonly traffic: Traffic
  readonly filter: ExchangeFilter
}) {
  const words = texts.value.traffic
  const totals = steps.map(totalOf)
  const most = Math.max(1, ...totals)
  const isChosen = ({ from, to }: Step) => from === filter.from && to === filter.to
  const withTraffic = steps.filter((step) => totalOf(step) > 0)
  const reached = withTraffic.find(isChosen) ?? withTraffic.at(-1)
  return (
    <section class="traffic" aria-label={words.title}>
      <p class="traffic-words">
        <span class="quiet">{words.title}</span>
        {STATUS_CLASSES.map((statusClass) => (
          <Kind key={statusClass} of={statusClass} steps={steps} isChosen={filter.outcome === statusClass} />
        ))}
      </p>
      <div role="toolbar" aria-label={words.steps} onKeyDown={moveFocus}>
        <svg viewBox={`0 0 ${steps.length * STEP_WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <title>{words.steps}</title>
          {steps.map((step, i) =>
            totals[i] === 0 ? null : (
              <a
                key={step.from}
                href={addressOf([route.value.view, ...route.value.rest], {
                  ...filter,
                  ...(isChosen(step) ? { from: '', to: '' } : { from: step.from, to: step.to }),
                })}
                class={isChosen(step) ? 'chosen' : ''}
                tabindex={step === reached ? 0 : -1}
                aria-label={said(step)}
                aria-current={isChosen(step) ? 'true' : undefined}
              >
                <title>{said(step)}</title>
                <rect class="ground" x={i * STEP_WIDTH} width={STEP_WIDTH} height={HEIGHT} />
                {barOf(step, most).map(({ kind, y, height }) => (
                  <rect
                    key={kind}
                    class={`bar-${kind}`}
                    x={i * STEP_WIDTH + 1}
                    width={STEP_WIDTH - 2}
                    y={y}
                    height={height}
                  />
                ))}
              </a>
            ),
          )}
        </svg>
      </div>
      <p class="quiet traffic-durations">
        {duration_ms === undefined
          ? words.none
          : words.durations(duration(duration_ms.median), duration(duration_ms.p95))}
      </p>
    </section>
  )
}

/** A kind of status with its number, as a filter for the whole list. */
function Kind({
  of,
  steps,
  isChosen,
}: {
  readonly of: StatusClass
  readonly steps: readonly Step[]
  readonly isChosen: boolean
}) {
  const { outcomes, outcomeHints } = texts.value.exchanges
  const count = steps.reduce((sum, step) => sum + step[of], 0)
  return (
    <button
      type="button"
      class={count === 0 ? 'plain small none' : 'plain small'}
      aria-pressed={isChosen}
      title={outcomeHints[of]}
      onClick={() => changeQuery({ outcome: isChosen ? '' : of })}
    >
      <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
        <rect class={`bar-${of}`} width="10" height="10" />
      </svg>
      {outcomes[of]} {count.toLocaleString(language.value)}
    </button>
  )
}

function totalOf(step: Step): number {
  return STATUS_CLASSES.reduce((sum, kind) => sum + step[kind], 0)
}

/** @param most number of exchanges in the busiest step */
function barOf(step: Step, most: number) {
  let y = HEIGHT
  return STATUS_CLASSES.filter((kind) => step[kind] > 0).map((kind) => {
    const height = LEAST_HEIGHT + (BAR_HEIGHT * step[kind]) / most
    y -= height
    return { kind, y, height }
  })
}

/** A step in words. */
function said(step: Step): string {
  const { outcomes } = texts.value.exchanges
  const counts = STATUS_CLASSES.filter((kind) => step[kind] > 0).map(
    (kind) => `${outcomes[kind]} × ${step[kind].toLocaleString(language.value)}`,
  )
  return texts.value.traffic.step(interval(step.from, step.to), counts)
}

/** Tab reaches one step, arrow keys the others from there. */
function moveFocus(event: KeyboardEvent & { readonly currentTarget: Element }): void {
  const steps = [...event.currentTarget.querySelectorAll('a')]
  const at = steps.findIndex((step) => step.matches(':focus'))
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: steps.length - 1,
  }
  const step = steps[places[event.key] ?? -1]
  if (!step) return
  event.preventDefault()
  step.focus()
}
