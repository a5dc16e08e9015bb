import {
  type ParametersOf,
  type ProviderState,
  type Scene,
  type StateName,
  states,
} from '../../contracts/kit/states.ts'
import { describeSettings } from '../control/formats/settings.ts'
import { valuesFrom } from '../engine/setting.ts'
import type { MockControl } from '../mock-control.ts'
import { settings } from '../products/settings.ts'
import { UsageError } from '../protocol/errors.ts'
import { forgetNextRequest, type NextRequest } from './next-request.ts'

export { type ParametersOf, type StateName, states }

const DEFAULTS = describeSettings(valuesFrom(settings, {}))

/** A state as pact's own verifier takes it in `stateHandlers`. */
export interface StateHandler {
  /** @throws UsageError `MOCK_STATE_PARAMETER` for a parameter that the state does not have */
  setup(parameters?: Readonly<Record<string, unknown>>): Promise<void>
  /** Leaves the mock empty, without faults, its clock running with the machine's. */
  teardown(): Promise<void>
}

/**
 * The provider states, over the control API of a mock. {@link verifyPacts} uses them; with pact's own `Verifier` they go into
 * `stateHandlers`.
 *
 * @param next where states say how the next request is to be signed; give the same to `resign`
 * @param send sends a request to the provider; states in which a request was made need it
 */
export function providerStates(
  control: MockControl,
  next: NextRequest = {},
  send?: Scene['send'],
): Readonly<Record<StateName, StateHandler>> {
  const scene: Scene = { control, next, ...(send && { send }) }
  const handlers = Object.keys(states).map((name): [string, StateHandler] => [
    name,
    {
      setup: (parameters = {}) => setUpState(name, parameters, scene),
      teardown: () => emptyScene(scene),
    },
  ])
  return Object.fromEntries(handlers) as Record<StateName, StateHandler>
}

/**
 * Puts the mock into a state.
 *
 * @throws UsageError `MOCK_STATE_UNKNOWN`, `MOCK_STATE_PARAMETER`, or whatever the control API refuses with
 */
export async function setUpState(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  scene: Scene,
): Promise<void> {
  if (!isStateName(name)) {
    throw new UsageError(
      'MOCK_STATE_UNKNOWN',
      `There is no provider state "${name}". There are: ${Object.keys(states).join(', ')}.`,
    )
  }
  const known: ProviderState = states[name]
  const values: Record<string, string> = { ...known.parameters }
  for (const [key, value] of Object.entries(parameters)) {
    if (!Object.hasOwn(known.parameters, key)) {
      const names = Object.keys(known.parameters).join(', ') || 'none'
      throw new UsageError(
        'MOCK_STATE_PARAMETER',
        `The provider state "${name}" has no parameter ${key}. It has: ${names}.`,
      )
    }
    if (value !== null && value !== undefined) values[key] = String(value)
  }
  await known.setUp(values, scene)
}

/** Empties the world, forgets faults, and puts settings and clock where every interaction starts. */
export async function emptyScene({ control, next }: Scene): Promise<void> {
  forgetNextRequest(next)
  await Promise.all([
    control.restore({}),
    control.clearFaults(),
    control.changeSettings(DEFAULTS),
    control.setClock({ now: new Date(), frozen: false }),
  ])
}

function isStateName(name: string): name is StateName {
  return Object.hasOwn(states, name)
}
