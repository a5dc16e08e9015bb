import { type Product, type ProductState, settingsOf } from '../../engine/product.ts'
import { type SettingValues, valuesFrom } from '../../engine/settings.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { listed, nearestWord, shortened, type Texts } from '../../wire/shared/texts.ts'
import type { AnyExchangeJson } from '../answer-format.ts'
import type { ControlOf } from '../client/client.ts'
import { describeSettings } from '../formats/overview.ts'

/**
 * Deliberate flaws of a request, for contracts about requests that are refused before any other check. Pact cannot express them: it replays an
 * `Authorization` exactly as in the file, and always sends `Accept` and `User-Agent`.
 */
export const REQUEST_FLAWS = [
  'unsigned',
  'malformed',
  'scheme_unknown',
  'too_old',
  'too_new',
  'in_milliseconds',
  'serial_unknown',
  'other_key',
  'other_body',
  'no_accept',
  'no_user_agent',
] as const

export type RequestFlaw = (typeof REQUEST_FLAWS)[number]

/** How to sign the next request, and what to make of its answer. Provider states write it, and the replayer of requests reads it. */
export interface NextRequest {
  /** Merchant that sends it. Default: the well-known merchant. */
  mchid?: string
  /** Default: the request is correct. */
  flaw?: RequestFlaw
  /** Whether it was made before, with the same bytes, or whether the callback was delivered before. Default: it was not. */
  repeated?: boolean
  /** Whether WeChat Pay does not have it. Default: it does. */
  noSuchCall?: boolean
}

/** Resets the next request to the default. */
function forgetNextRequest(next: NextRequest): void {
  delete next.mchid
  delete next.flaw
  delete next.repeated
  delete next.noSuchCall
}

/** Parameters of a state, with their names on the wire; all values are texts. */
export type StateParameters = Readonly<Record<string, string>>

/** Parameters of a state as they are given, by those that it has. */
export type Given<Parameters> = { readonly [Name in keyof Parameters]: string }

/** The control of a mock without products: the part that every control has. */
export type CoreControl = ControlOf<readonly []>

/** Answer to a request of a scene. */
interface SceneAnswer {
  readonly status: number
  /** The JSON body; `undefined` if it is empty. */
  readonly body: unknown
}

/** Context of a provider state. */
export interface Scene<Control = CoreControl> {
  readonly control: Control
  readonly next: NextRequest
  /**
   * Posts JSON to the provider itself, signed by the sender of the next request, and checks the signature of the answer.
   *
   * @param target path and query
   * @param signedOver another body to sign, so that the request has to be refused. Default: the one that is sent
   * @throws UsageError `MOCK_STATE_NEEDS_PROVIDER` if requests cannot be sent
   */
  request(target: string, body: unknown, signedOver?: string): Promise<SceneAnswer>
}

/** The `request` of a scene that cannot send any. @throws UsageError `MOCK_STATE_NEEDS_PROVIDER` */
export async function needsProvider(): Promise<never> {
  throw new UsageError('MOCK_STATE_NEEDS_PROVIDER', {
    en: 'This provider state makes a request: give `providerStates` a way to send it.',
    zh: '此提供方状态需要发出请求：请给 `providerStates` 提供发送的方法。',
  })
}

/** Makes a call in which a state consists, so that its effects are the provider's own. @throws Error unless it succeeds */
export async function callIn({ request }: Scene<unknown>, { path }: { readonly path: string }, body: object) {
  const { status, body: answer } = await request(path, body)
  if (status !== 200) throw new Error(`${path} was answered with ${status} ${JSON.stringify(answer)}`)
}

/**
 * Makes a call that is refused, for its signature and then for a field too many, so that it has no effects. @throws Error unless it is refused with
 * 401, and with 400
 */
export async function callInVain({ request }: Scene<unknown>, { path }: { readonly path: string }, body: object) {
  const forged = await request(path, body, '{}')
  const unfit = await request(path, { ...body, attach: {} })
  if (forged.status !== 401 || unfit.status !== 400) {
    throw new Error(`${path} was answered with ${forged.status} and ${unfit.status}, and had to be with 401 and 400`)
  }
}

/** A call of the journal from which a contract is recorded. */
export interface RecordedCall<Before = AnyExchangeJson['before']> {
  /** Number of the calling merchant. */
  readonly mchid: string
  /** State that the call found. */
  readonly before: Before
  /** Time of the call, epoch milliseconds. */
  readonly at: number
  /** The texts in its path, query and body, by their names. */
  readonly asked: Readonly<Record<string, string>>
  /** Key of the error that it was answered with. */
  readonly error: string | undefined
}

/** How a recorder recognises and describes a state. */
export interface StateInRecordings<
  Parameters extends StateParameters = StateParameters,
  Before = AnyExchangeJson['before'],
> {
  /** The parameters with which the state reproduces what a call found: one set for each thing in it. */
  found?(call: RecordedCall<Before>): readonly Partial<Parameters>[]
  /**
   * Whether a call found nothing where something might have been. A state of nothing sets nothing up, so trying it out cannot show whether it
   * matters.
   */
  missing?(call: RecordedCall<Before>): boolean
  /** Descriptions of the things that a call may be about in the state, such as `a used coupon`; the last word names the kind. */
  things?(parameters: Partial<Parameters>, call: RecordedCall<Before>): readonly Texts[]
  /** The circumstances of a call in the state, such as `while the service is overloaded`. */
  readonly circumstances?: Texts
}

/** A state that the provider can be put into before an interaction. */
export interface ProviderState<Parameters extends StateParameters = StateParameters> extends ProductState {
  /** Parameters with their defaults: a pact may omit any of them, and one of specification 2 has none. */
  readonly parameters: Parameters
  setUp(parameters: Parameters, scene: Scene): Promise<void>
  readonly recorded?: StateInRecordings<Parameters>
}

/** Provider states by their names. */
export type States = Readonly<Record<string, ProviderState>>

/**
 * Defines a provider state.
 *
 * ```ts
 * type Control = ControlOf<readonly [{ tables: [typeof cards]; routes: typeof routes; calls: () => Promise<typeof calls> }]>
 *
 * export const states = {
 * 'a user holds a card': defineState({ card_id: 'A' }, ({ card_id }, { control }: Scene<Control>) => control.addCard({ card_id })),
 * }
 * ```
 *
 * @param parameters with their defaults
 * @param setUp puts an empty mock into the state, through its control API or with a request
 * @param recorded how `pact record`, which records the calls of the mock's own products, recognises the state. Omit it to never record the state
 */
export function defineState<
  Parameters extends StateParameters,
  Control = CoreControl,
  Before = AnyExchangeJson['before'],
>(
  parameters: Parameters,
  setUp: (parameters: Given<Parameters>, scene: Scene<Control>) => Promise<unknown>,
  recorded?: StateInRecordings<Given<Parameters>, Before>,
): ProviderState<Given<Parameters>> {
  return {
    parameters,
    async setUp(values, scene) {
      // States are set up on mocks with their product, and so on a control with its calls.
      await setUp(values, scene as Scene<unknown> as Scene<Control>)
    },
    // Calls are recorded from mocks with the state's product, and so found rows of its tables.
    ...(recorded && { recorded: recorded as StateInRecordings<Given<Parameters>> }),
  }
}

/** {@link defineState} for the states of one product: on a control with its calls, and recorded from calls that found rows of its tables. */
export const statesOn =
  <Control, Before>() =>
  <Parameters extends StateParameters>(
    parameters: Parameters,
    setUp: (parameters: Given<Parameters>, scene: Scene<Control>) => Promise<unknown>,
    recorded?: StateInRecordings<Given<Parameters>, Before>,
  ) =>
    defineState(parameters, setUp, recorded)

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

/** Finds a state, and its parameters including defaults. @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER` */
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
