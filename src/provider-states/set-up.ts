import { describeSettings } from '../control/formats/overview.ts'
import { type Product, settingsOf } from '../engine/product.ts'
import { type SettingValues, valuesFrom } from '../engine/settings.ts'
import { UsageError } from '../protocol/errors.ts'
import { listed, nearestWord, shortened } from '../shared/texts.ts'
import { forgetNextRequest, type ProviderState, type Scene, type StateParameters, type States } from './state.ts'

/**
 * Puts the mock into a state.
 *
 * @returns the parameters used, including defaults
 * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER`, or a refusal of the control API
 */
export async function setUpState(
  states: States,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  scene: Scene,
): Promise<StateParameters> {
  const { state, values } = stateIn(states, name, parameters)
  await state.setUp(values, scene)
  return values
}

/**
 * Finds a state, and its parameters including defaults.
 *
 * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER`
 */
export function stateIn(
  states: States,
  name: string,
  parameters: Readonly<Record<string, unknown>>,
): { readonly state: ProviderState; readonly values: StateParameters } {
  const state = Object.hasOwn(states, name) ? states[name] : undefined
  if (!state) throw unknownState(name, Object.keys(states))
  const values: Record<string, string> = { ...state.parameters }
  for (const [key, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(state.parameters, key)) throw unknownParameter(name, key, Object.keys(state.parameters))
    if (value === null || value === undefined) continue
    if (typeof value === 'object') throw parameterUnfit(name, key)
    values[key] = String(value)
  }
  return { state, values }
}

function unknownState(name: string, names: readonly string[]): UsageError {
  const given = shortened(name, SHOWN_CHARACTERS)
  const meant = nearestWord(given, names)
  return new UsageError('MOCK_STATE_UNKNOWN', {
    en: `There is no provider state "${given}". ${meant === undefined ? `There are: ${names.join(', ')}.` : `Did you mean "${meant}"?`}`,
    zh: `没有名为“${given}”的提供方状态，${meant === undefined ? `可用的有：${names.join('、')}。` : `是否指“${meant}”？`}`,
  })
}

function unknownParameter(state: string, name: string, names: readonly string[]): UsageError {
  const given = shortened(name, SHOWN_CHARACTERS)
  const meant = nearestWord(given, names)
  return new UsageError('MOCK_STATE_PARAMETER', {
    en: `The provider state "${state}" has no parameter ${given}. ${meant === undefined ? `It has: ${listed(names, 'en') || 'none'}.` : `Did you mean ${meant}?`}`,
    zh: `提供方状态“${state}”没有参数 ${given}，${meant === undefined ? `可用的有：${listed(names, 'zh') || '无'}。` : `是否指 ${meant}？`}`,
  })
}

function parameterUnfit(state: string, name: string): UsageError {
  return new UsageError('MOCK_STATE_PARAMETER', {
    en: `The parameter ${name} of the provider state "${state}" takes a text or a number, no list or object.`,
    zh: `提供方状态“${state}”的参数 ${name} 须为文本或数字，不能是数组或对象。`,
  })
}

/** Maximum number of characters shown of an unknown name: longer than any known one. */
const SHOWN_CHARACTERS = 100

/**
 * Empties the world, removes faults, and resets clock and settings to the values that every interaction starts with.
 *
 * @param given settings that are not to have their defaults
 */
export async function emptyScene(
  { control, next }: Scene,
  products: readonly Product[],
  given: SettingValues = {},
): Promise<void> {
  forgetNextRequest(next)
  await Promise.all([
    control.restore({}),
    control.clearFaults(),
    control.changeSettings(describeSettings(valuesFrom(settingsOf(products), given))),
    control.setClock({ now: new Date(), frozen: false }),
  ])
}
