import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { FaultJson, FiredFaultJson, PlannedFaultJson } from '../../src/control/answer-format.ts'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { StatusBadge } from '../components/badges.tsx'
import { once } from '../components/fields.tsx'
import { Loading } from '../components/panes.tsx'
import type { FaultFields } from '../fault-plan.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { commonErrors, faultInWords, useErrors } from '../state/faults.ts'
import { attempt } from '../state/notices.ts'
import { addressOf, route } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { timeOfDay } from '../times.ts'
import { PlannedAnswers } from './next-answers.tsx'
import { PlanFaults } from './plan-faults.tsx'

/** Whether an event may have changed the list of fired faults. */
function concernsHits(event: ControlEvent): boolean {
  return touches('faults', 'resets')(event) || (event.type === 'exchange' && event.exchange.effects !== undefined)
}

/** The planned faults, the most common ones as sentences, a form for any fault, and the spent faults. */
export function FaultsView() {
  const words = texts.value.faults
  const planned = useLoaded('faults', (client) => client.faults(), touches('faults'))
  const fired = useLoaded('fired faults', (client) => client.firedFaults(), concernsHits)
  const errors = useErrors()
  const target = targetOf(route.value.query)
  const hits = new Map(fired.value?.map((one) => [one.fault.id, one]))
  const spent = fired.value?.filter((one) => !one.active)
  // Whichever list comes first, a fault is in one of them.
  const active = { ...planned, value: planned.value?.filter(({ id }) => hits.get(id)?.active !== false) }
  const above = useSteadyBelow(active.value !== undefined)
  const error = active.error ?? fired.error ?? errors.error
  return (
    <section class="pane page faults" aria-labelledby="faults-title">
      <header class="pane-head">
        <h1 id="faults-title">{texts.value.views.faults}</h1>
        <button
          type="button"
          class="plain"
          disabled={active.value === undefined || active.value.length === 0}
          onClick={() => void attempt(() => control.value.clearFaults(), words.allRemoved)}
        >
          {words.removeAll}
        </button>
      </header>
      {error !== undefined && <p class="wrong">{error}</p>}
      <div ref={above}>
        <section class="planned" aria-labelledby="planned-title">
          <h2 id="planned-title">{words.planned}</h2>
          {active.value === undefined && active.error === undefined && <Loading lines={2} />}
          {active.value?.length === 0 && <p class="quiet">{words.none}</p>}
          {active.value && active.value.length > 0 && (
            <ul class="rows">
              {active.value.map((fault) => (
                <Planned key={fault.id} fault={fault} fired={hits.get(fault.id)} />
              ))}
            </ul>
          )}
        </section>
        <PlannedAnswers />
      </div>
      {/* Nothing moves under the pointer as the errors come. */}
      {commonErrors().length > 0 || errors.error !== undefined ? (
        <PlanFaults key={JSON.stringify(target)} target={target} />
      ) : (
        <Loading />
      )}
      <section class="planned" aria-labelledby="spent-title">
        <h2 id="spent-title">{words.spent}</h2>
        {spent?.length === 0 && <p class="quiet">{words.noneSpent}</p>}
        {spent && spent.length > 0 && (
          <ul class="rows">
            {spent.map((one) => (
              <Spent key={one.fault.id} fired={one} />
            ))}
          </ul>
        )}
      </section>
    </section>
  )
}

/**
 * Scrolls along while an element grows or shrinks above what the pointer is over, so that this stays there. Returns the element's `ref`.
 *
 * @param isLoaded whether it has its first content, with which it may grow
 */
function useSteadyBelow(isLoaded: boolean): RefObject<HTMLDivElement | null> {
  const above = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const { current } = above
    if (!current || !isLoaded) return undefined
    let height = current.offsetHeight
    const observer = new ResizeObserver(() => {
      const grown = current.offsetHeight - height
      height += grown
      if (current.matches(':has(~ :hover)')) scrollBy(0, grown)
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [isLoaded])
  return above
}

/** The calls or callbacks to make fail, from the address. */
function targetOf(query: URLSearchParams): Partial<FaultFields> {
  const operation = query.get('operation')
  const event = query.get('event')
  const mchid = query.get('mchid')
  const ofMerchant = mchid ? { mchid } : {}
  if (operation) return { about: 'calls', operation, ...ofMerchant }
  return event ? { about: 'callbacks', event, ...ofMerchant } : {}
}

function Planned({ fault, fired }: { readonly fault: PlannedFaultJson; readonly fired: FiredFaultJson | undefined }) {
  const words = texts.value.faults
  const { id, left, calls } = fault
  return (
    <Fault
      fault={fault}
      fired={fired}
      action={words.remove}
      onAction={() => attempt(() => control.value.removeFault(id), words.removed)}
    >
      <span class="badge calm">{left === undefined ? words.endless : words.left(left)}</span>
      <span class="quiet">{words.matched(calls)}</span>
    </Fault>
  )
}

function Spent({ fired }: { readonly fired: FiredFaultJson }) {
  const words = texts.value.faults
  const { fault } = fired
  return (
    <Fault
      fault={fault}
      fired={fired}
      action={words.again}
      onAction={() => attempt(() => control.value.planFault(planOf(fault)), words.added)}
    >
      {fault.left !== 0 && <span class="badge calm">{words.removedEarly}</span>}
    </Fault>
  )
}

/** A plan without its progress. */
function planOf({ id: _, left: __, fired: ___, calls: ____, ...plan }: PlannedFaultJson): FaultJson {
  return plan
}

/** A fault in words, how often it has happened, and to what. */
function Fault({
  fault,
  fired,
  action,
  onAction,
  children,
}: {
  readonly fault: PlannedFaultJson
  readonly fired: FiredFaultJson | undefined
  readonly action: string
  readonly onAction: () => unknown
  readonly children: ComponentChildren
}) {
  const words = texts.value.faults
  const name = `fault-${fault.id}`
  return (
    <li class="planned-fault">
      <div>
        <span class="wrap" id={name}>
          {plainText(faultInWords(fault))}
        </span>
        <span class="actions">
          <span class={`badge ${fault.fired > 0 ? 'warn' : 'calm'}`}>{words.fired(fault.fired)}</span>
          {children}
        </span>
        {fired && <Hits {...fired} />}
      </div>
      <button type="button" id={`${name}-action`} aria-labelledby={`${name}-action ${name}`} onClick={once(onAction)}>
        {action}
      </button>
    </li>
  )
}

function Hits({ exchanges, hits }: FiredFaultJson) {
  const words = texts.value.faults
  return (
    <span class="hits">
      <span class="quiet">{words.hits}</span>
      {exchanges.map(({ id, status, effects, time }) => (
        <a key={id} href={addressOf(['exchanges', id])}>
          <StatusBadge status={status} effects={effects} /> <time dateTime={time}>{timeOfDay(time)}</time>
        </a>
      ))}
      {hits > exchanges.length && <span class="quiet">{words.moreHits(hits - exchanges.length)}</span>}
    </span>
  )
}
