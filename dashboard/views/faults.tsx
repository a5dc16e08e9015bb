import type { PlannedFaultJson } from '../../src/control/answer-format.ts'
import { Loading } from '../components/loading.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { meaningOf } from '../state/effects.ts'
import { attempt } from '../state/notices.ts'
import { eventWithMeaning, titleOf } from '../state/operations.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { PlanFault } from './plan-fault.tsx'

/** The planned faults, with how often each has happened, and a form for more. */
export function FaultsView() {
  const words = texts.value.faults
  const { value, error } = useLoaded('faults', (client) => client.faults(), touches('faults'))
  return (
    <section class="pane page" aria-labelledby="faults-title">
      <header class="pane-head">
        <h1 id="faults-title">{texts.value.views.faults}</h1>
        <button
          type="button"
          class="plain"
          disabled={value === undefined || value.length === 0}
          onClick={() => void attempt(() => control.value.clearFaults(), words.allRemoved)}
        >
          {words.removeAll}
        </button>
      </header>
      {error !== undefined && <p class="wrong">{error}</p>}
      <div class="columns faults">
        <section class="planned" aria-labelledby="planned-title">
          <h2 id="planned-title">{words.planned}</h2>
          {value === undefined && error === undefined && <Loading lines={2} />}
          {value?.length === 0 && <p class="empty">{words.none}</p>}
          {value && value.length > 0 && (
            <ul class="rows">
              {value.map((fault) => (
                <Planned key={fault.id} fault={fault} />
              ))}
            </ul>
          )}
        </section>
        <PlanFault />
      </div>
    </section>
  )
}

function Planned({ fault }: { readonly fault: PlannedFaultJson }) {
  const words = texts.value.faults
  const { id, error, effect, fired, left, calls } = fault
  const what = [error, effect && `${effect} – ${meaningOf(effect)}`].filter((part) => part !== undefined).join(' + ')
  return (
    <li class="planned-fault">
      <div>
        <strong class="wrap">{plainText(what)}</strong>
        <span class="wrap">{conditionsOf(fault).map(plainText).join(' · ')}</span>
        <span class="actions">
          <span class={`badge ${fired > 0 ? 'warn' : 'calm'}`}>{words.fired(fired)}</span>
          <span class="badge calm">{left === undefined ? words.endless : words.left(left)}</span>
          <span class="quiet">{words.matched(calls)}</span>
        </span>
      </div>
      <button type="button" onClick={() => void attempt(() => control.value.removeFault(id), words.removed)}>
        {words.remove}
        <span class="for-readers"> {plainText(what)}</span>
      </button>
    </li>
  )
}

function delayText(delay: NonNullable<PlannedFaultJson['delay_ms']>): string {
  if (typeof delay === 'number') return `${delay} ms`
  if ('min' in delay) return `${delay.min}–${delay.max} ms`
  return texts.value.faults.longTailShort(delay.median, delay.p99)
}

/** The conditions of a fault, in words. */
function conditionsOf(fault: PlannedFaultJson): readonly string[] {
  const words = texts.value.faults
  const { event, operation, except, mchid, stock_id, coupon_code, always, percent, seed, nth, when } = fault
  const { delay_ms, pause_ms, late_by } = fault
  const about =
    event !== undefined
      ? event === 'any'
        ? words.anyEvent
        : eventWithMeaning(event)
      : operation === undefined
        ? words.anyOperation
        : titleOf(operation)
  return [
    about,
    except !== undefined && words.except(titleOf(except)),
    always && words.always,
    percent !== undefined && words.onPercent(percent, seed ?? 'fault'),
    nth !== undefined && words.fromNth(nth),
    when && words.whenShort[when],
    delay_ms !== undefined && delayText(delay_ms),
    pause_ms !== undefined && `${pause_ms} ms`,
    late_by !== undefined && `${late_by} s`,
    mchid !== undefined && `${words.merchant} ${mchid}`,
    stock_id !== undefined && `${words.stock} ${stock_id}`,
    coupon_code !== undefined && `${words.coupon} ${coupon_code}`,
  ].filter((part): part is string => typeof part === 'string')
}
