import type { ControlOf } from '../control/client/client.ts'
import type { ProductState } from '../engine/product.ts'
import { UsageError } from '../protocol/errors.ts'
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

/** A state that the provider can be put into before an interaction. */
export interface ProviderState<Parameters extends StateParameters = StateParameters> extends ProductState {
  /** Its parameters with their defaults: a pact may leave any of them out, and one of specification 2 has none. */
  readonly parameters: Parameters
  setUp(parameters: Parameters, scene: Scene): Promise<void>
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
 */
export function defineState<Parameters extends StateParameters, Control = CoreControl>(
  parameters: Parameters,
  setUp: (parameters: { readonly [Name in keyof Parameters]: string }, scene: Scene<Control>) => Promise<unknown>,
): ProviderState<{ readonly [Name in keyof Parameters]: string }> {
  return {
    parameters,
    async setUp(values, scene) {
      // States are set up on mocks that have their product, and so on a control that has its calls.
      await setUp(values, scene as Scene<unknown> as Scene<Control>)
    },
  }
}
