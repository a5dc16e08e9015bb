import { computed } from '@preact/signals'
import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import type { Option } from '../components/choice.tsx'
import { texts } from './appearance.ts'

interface EffectGroup {
  readonly name: string
  readonly options: readonly Option[]
}

/** Effects on calls and on callbacks, in groups. */
export const effects = computed((): Readonly<Record<'calls' | 'callbacks', readonly EffectGroup[]>> => {
  const { effects, faults } = texts.value
  return {
    calls: [
      { name: faults.lineGroup, options: named(effects.line) },
      { name: faults.signatureGroup, options: named(effects.answer) },
    ],
    callbacks: [
      { name: faults.callbackGroup, options: named(effects.callback) },
      { name: faults.callbackSignatureGroup, options: named(effects.answer) },
    ],
  }
})

/** The control API's name for an effect, and its meaning. */
function named(group: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(group).map(([effect, meaning]) => [effect, `${effect} – ${meaning}`])
}

/** Meaning of an effect. */
export function meaningOf(effect: FaultEffect): string {
  const { line, answer, callback } = texts.value.effects
  return { ...line, ...answer, ...callback }[effect]
}
