import { describeSettings } from '../control/formats/settings.ts'
import { type Product, settingsOf } from '../engine/product.ts'
import { valuesFrom } from '../engine/setting.ts'
import { UsageError } from '../protocol/errors.ts'
import { forgetNextRequest } from './next-request.ts'
import type { Scene, States } from './state.ts'

/**
 * Puts the mock into a state.
 *
 * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER`, or whatever the control API refuses with
 */
export async function setUpState(
  states: States,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  scene: Scene,
): Promise<void> {
  const state = Object.hasOwn(states, name) ? states[name] : undefined
  if (!state) {
    throw new UsageError('MOCK_STATE_UNKNOWN', {
      en: `There is no provider state "${name}". There are: ${Object.keys(states).join(', ')}.`,
      zh: `没有名为“${name}”的 provider state，可用的有：${Object.keys(states).join('、')}。`,
    })
  }
  const values: Record<string, string> = { ...state.parameters }
  for (const [key, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(state.parameters, key)) {
      const names = Object.keys(state.parameters)
      throw new UsageError('MOCK_STATE_PARAMETER', {
        en: `The provider state "${name}" has no parameter ${key}. It has: ${names.join(', ') || 'none'}.`,
        zh: `provider state“${name}”没有参数 ${key}，可用的有：${names.join('、') || '无'}。`,
      })
    }
    if (value !== null && value !== undefined) values[key] = String(value)
  }
  await state.setUp(values, scene)
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
