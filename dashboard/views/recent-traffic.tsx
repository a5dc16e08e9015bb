import type { RecentTraffic as Traffic } from '../../src/control/formats/traffic.ts'
import { STATUS_CLASSES } from '../../src/engine/journal/journal.ts'
import { language, texts } from '../state/appearance.ts'
import { addressOf, route } from '../state/route.ts'
import { duration } from '../times.ts'
import { type ExchangeFilter, interval } from './exchange-filter.tsx'

type Step = Traffic['steps'][number]

/** Maximum height of a bar above its smallest height, and the width of a step, in units of the picture. */
const BAR_HEIGHT = 30
const STEP_WIDTH = 10
/** Minimum height of each kind in a step, so that a single failure among thousands is visible. */
const LEAST_HEIGHT = 4
const HEIGHT = BAR_HEIGHT + LEAST_HEIGHT * STATUS_CLASSES.length

/** The last five minutes in one picture above the list. Its steps are filters. */
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
  const durations = duration_ms ? words.durations(duration(duration_ms.median), duration(duration_ms.p95)) : words.none
  return (
    <section class="traffic" aria-label={words.title} title={durations}>
      <span class="quiet">{words.title}</span>
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
      <span class="quiet">{durations}</span>
    </section>
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
