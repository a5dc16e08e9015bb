import {
  emptyScene,
  type NextRequest,
  needsProvider,
  type Scene,
  type StateParameters,
  type States,
  setUpState,
} from '../../src/control/provider-states/state.ts'
import { type StateNameOf, statesOf } from '../../src/control/provider-states/states-of.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { products as ownProducts } from '../../src/products/index.ts'
import { states as ownStates, type StateName } from '../../src/products/states.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'

/** A state in the format of `stateHandlers` of pact's own verifier. */
export interface StateHandler {
  /**
   * @returns the parameters used, including defaults, for values that interactions take from provider states
   * @throws UsageError `MOCK_STATE_PARAMETER` for an unknown parameter or an invalid value
   */
  setup(parameters?: Readonly<Record<string, unknown>>): Promise<StateParameters>
  /** Leaves the mock empty, without faults, its clock running with the machine's. */
  teardown(): Promise<void>
}

/** Sends a request to the provider. */
export type SendToProvider = (request: WireRequest) => Promise<WireResponse>

/**
 * The provider states, over the control API of a mock. {@link verifyPacts} uses them; with pact's own `Verifier` they go into `stateHandlers`.
 *
 * @param next where states record how to sign the next request; pass the same to `resign`
 * @param send sends a request to the provider; states in which a request was made need it
 */
export function providerStates(
  control: MockControl,
  next?: NextRequest,
  send?: SendToProvider,
): Readonly<Record<StateName, StateHandler>>
/**
 * The provider states of a mock with your own products, which are loaded first.
 *
 * ```ts
 * const stateHandlers = await providerStates(mock.control, next, mock.handle, { products: [...products, loyalty] })
 * ```
 *
 * @throws UsageError `MOCK_PRODUCT` for a state with the same name as another product's
 */
export function providerStates<const P extends readonly Product[]>(
  control: Scene['control'],
  next: NextRequest | undefined,
  send: SendToProvider | undefined,
  options: { readonly products: P },
): Promise<Readonly<Record<StateNameOf<P>, StateHandler>>>
export function providerStates(
  control: Scene['control'],
  next: NextRequest = {},
  send?: SendToProvider,
  options?: { readonly products: readonly Product[] },
): Readonly<Record<string, StateHandler>> | Promise<Readonly<Record<string, StateHandler>>> {
  const scene = sceneOf(control, next, send)
  if (!options) return handlersFor(ownStates, scene, ownProducts)
  const { products } = options
  return statesOf(products).then((states) => handlersFor(states, scene, products))
}

function handlersFor<Names extends string>(
  states: Readonly<Record<Names, States[string]>>,
  scene: Scene,
  products: readonly Product[],
): Readonly<Record<Names, StateHandler>> {
  const handlers = Object.keys(states).map((name): [string, StateHandler] => [
    name,
    {
      setup: (parameters = {}) => setUpState(states, name, parameters, scene),
      teardown: () => emptyScene(scene, products),
    },
  ])
  // A handler for each state, by its name.
  return Object.fromEntries(handlers) as Record<Names, StateHandler>
}

/** The scene of states: the mock behind a control, and requests sent by the sender of the next request. */
export function sceneOf(control: Scene['control'], next: NextRequest, send: SendToProvider | undefined): Scene {
  return {
    control,
    next,
    request: send
      ? async (target, body, signedOver) => {
          const now = Date.parse((await control.clock()).now)
          const credentials = await control.credentials(next.mchid)
          return createMerchantClient({ credentials, send, now: () => now, contentType: 'json' }).request({
            target,
            body,
            ...(signedOver !== undefined && { signInstead: { body: Buffer.from(signedOver) } }),
          })
        }
      : needsProvider,
  }
}
