import type { AnyExchangeJson } from '../control/answer-format.ts'
import type { ControlOf } from '../control/client/client.ts'
import type { ProductState } from '../engine/product.ts'
import { UsageError } from '../protocol/errors.ts'
import type { Texts } from '../shared/texts.ts'
import type { NextRequest } from './next-request.ts'

/** Parameters of a state, named as the wire names them; all are texts. */
export type StateParameters = Readonly<Record<string, string>>

/** The control of a mock with no products: what every control has. */
export type CoreControl = ControlOf<readonly []>

/** What a request was answered with. */
export interface SceneAnswer {
  readonly status: number
  /** The JSON body; `undefined` where there is none. */
  readonly body: unknown
}

/** What a provider state can use. */
export interface Scene<Control = CoreControl> {
  readonly control: Control
  readonly next: NextRequest
  /**
   * Posts JSON to the provider itself, signed by who the next request is from, and checks how the answer is signed.
   *
   * @param target path and query
   * @throws UsageError `MOCK_STATE_NEEDS_PROVIDER` where there is no way to send a request
   */
  request(target: string, body: unknown): Promise<SceneAnswer>
}

/**
 * The `request` of a scene without a way to send one.
 *
 * @throws UsageError `MOCK_STATE_NEEDS_PROVIDER`
 */
export async function needsProvider(): Promise<never> {
  throw new UsageError('MOCK_STATE_NEEDS_PROVIDER', {
    en: 'This provider state makes a request: give `providerStates` a way to send it.',
    zh: '此提供方状态需要发出请求：请给 `providerStates` 提供发送的方法。',
  })
}

/** A call of the journal from which a contract is recorded. */
export interface RecordedCall<Before = AnyExchangeJson['before']> {
  /** Number of the merchant that it is from. */
  readonly mchid: string
  /** What it found. */
  readonly before: Before
  /** When it was made, epoch milliseconds. */
  readonly at: number
  /** The texts that it named in its path, query and body, by their names. */
  readonly asked: Readonly<Record<string, string>>
  /** Key of the error that it was answered with. */
  readonly error: string | undefined
}

/** How a recorder knows a state again, and what it says of it. */
export interface StateInRecordings<
  Parameters extends StateParameters = StateParameters,
  Before = AnyExchangeJson['before'],
> {
  /** The parameters with which the state brings about what a call found: once for each thing that was in it. */
  found?(call: RecordedCall<Before>): readonly Partial<Parameters>[]
  /** Whether a call found nothing where there might have been something. A state of nothing sets nothing up, so no try can show that it matters. */
  missing?(call: RecordedCall<Before>): boolean
  /** What the state makes of the things that a call may be about, such as `a used coupon`; the last word names the kind. */
  things?(parameters: Partial<Parameters>, call: RecordedCall<Before>): readonly Texts[]
  /** In what circumstances a call is made in the state, such as `while the service is overloaded`. */
  readonly circumstances?: Texts
}

/** A state that the provider can be put into before an interaction. */
export interface ProviderState<Parameters extends StateParameters = StateParameters> extends ProductState {
  /** Its parameters with their defaults: a pact may leave any of them out, and one of specification 2 has none. */
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
 *   'a user holds a card': defineState({ card_id: 'A' }, ({ card_id }, { control }: Scene<Control>) => control.addCard({ card_id })),
 * }
 * ```
 *
 * @param parameters with their defaults
 * @param setUp puts a mock that was empty into the state, through its control API or with a request
 * @param recorded how `pact record` knows the state again, which records the calls of the mock's own products; left out, it is never recorded
 */
export function defineState<
  Parameters extends StateParameters,
  Control = CoreControl,
  Before = AnyExchangeJson['before'],
>(
  parameters: Parameters,
  setUp: (parameters: { readonly [Name in keyof Parameters]: string }, scene: Scene<Control>) => Promise<unknown>,
  recorded?: StateInRecordings<{ readonly [Name in keyof Parameters]: string }, Before>,
): ProviderState<{ readonly [Name in keyof Parameters]: string }> {
  return {
    parameters,
    async setUp(values, scene) {
      // States are set up on mocks that have their product, and so on a control that has its calls.
      await setUp(values, scene as Scene<unknown> as Scene<Control>)
    },
    // Calls are recorded from mocks that have the product of the state, and so found what is in its tables.
    ...(recorded && { recorded: recorded as StateInRecordings<{ readonly [Name in keyof Parameters]: string }> }),
  }
}
