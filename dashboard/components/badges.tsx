import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { meaningOf } from '../state/faults.ts'
import { meaningOfState, stateOf } from '../state/things.ts'

/**
 * An HTTP status: its class as a colour, and always the number.
 *
 * @param effects of planned faults: with any, the exchange did not go well, whatever the number says
 */
export function StatusBadge({
  status,
  effects,
}: {
  readonly status: number | undefined
  readonly effects?: readonly FaultEffect[] | undefined
}) {
  if (status === undefined) return <span class="badge bad">{texts.value.noAnswer}</span>
  const kind = status >= 300 ? (status === 401 ? 'denied' : status < 500 ? 'warn' : 'bad') : effects ? 'warn' : 'good'
  return <span class={`badge ${kind}`}>{status}</span>
}

/** Effects of planned faults on an exchange, a word each; the client may have seen something other than the status. */
export function FaultMarks({ effects }: { readonly effects: readonly FaultEffect[] | undefined }) {
  if (effects === undefined) return null
  const { inShort, badlySigned, planned } = texts.value.marks
  const marks = effects.map((effect) => [inShort[effect] ?? badlySigned, meaningOf(effect)] as const)
  return (
    <>
      {(marks.length === 0 ? [[planned, planned] as const] : marks).map(([mark, meaning]) => (
        <span key={meaning} class="badge fault" title={meaning}>
          ⚡{mark}
        </span>
      ))}
    </>
  )
}

/** Marks a call or callback that is not backed by rules. */
export function ShapedBadge() {
  const { shaped, shapedMeaning } = texts.value.marks
  return (
    <span class="badge calm" title={shapedMeaning}>
      {shaped}
    </span>
  )
}

/** Kinds of callback states; the mock supplies those of things. */
const STATE_KINDS: Readonly<Record<string, string>> = {
  pending: 'warn',
  delivered: 'good',
  failed: 'bad',
}

/**
 * A state of a thing: its name on the wire, and its meaning.
 *
 * @param table table of the thing, if it explains the state
 */
export function StateBadge({
  state,
  table,
  meaning = meaningOfState(table, state) ?? texts.value.states[state],
}: {
  readonly state: string
  readonly table?: string
  readonly meaning?: string | undefined
}) {
  return (
    <span class={`badge ${stateOf(table, state)?.tone ?? STATE_KINDS[state] ?? 'calm'}`} title={meaning}>
      {plainText(state)}
      {meaning !== undefined && (
        <>
          {' '}
          <span class="meaning">{meaning}</span>
        </>
      )}
    </span>
  )
}
