import { describeSettings } from '../control/formats/settings.ts'
import { type Product, settingsOf } from '../engine/product.ts'
import { valuesFrom } from '../engine/setting.ts'
import { UsageError } from '../protocol/errors.ts'
import { forgetNextRequest } from './next-request.ts'
import type { Scene, StateParameters, States } from './state.ts'

/**
 * Puts the mock into a state.
 *
 * @returns the parameters that it was set up with, those that were left out with their defaults
 * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER`, or whatever the control API refuses with
 */
export async function setUpState(
  states: States,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  scene: Scene,
): Promise<StateParameters> {
  const state = Object.hasOwn(states, name) ? states[name] : undefined
  if (!state) {
    throw new UsageError(
      'MOCK_STATE_UNKNOWN',
      `There is no provider state "${name}". There are: ${Object.keys(states).join(', ')}.`,
    )
  }
  const values: Record<string, string> = { ...state.parameters }
  for (const [key, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(state.parameters, key)) {
      const names = Object.keys(state.parameters).join(', ') || 'none'
      throw new UsageError(
        'MOCK_STATE_PARAMETER',
        `The provider state "${name}" has no parameter ${key}. It has: ${names}.`,
      )
    }
    if (value !== null && value !== undefined) values[key] = String(value)
  }
  await state.setUp(values, scene)
  return values
}

/** Empties the world, forgets faults, and puts the settings of some products and the clock where every interaction starts. */
export async function emptyScene({ control, next }: Scene, products: readonly Product[]): Promise<void> {
  forgetNextRequest(next)
  await Promise.all([
    control.restore({}),
    control.clearFaults(),
    control.changeSettings(describeSettings(valuesFrom(settingsOf(products), {}))),
    control.setClock({ now: new Date(), frozen: false }),
  ])
}
