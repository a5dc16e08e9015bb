import type { ProviderState } from '../control/provider-states/state.ts'
import { coreStates, type StateNameOf } from '../control/provider-states/states-of.ts'
import type { products } from './index.ts'
import { ownStates } from './own-states.ts'

/**
 * Every provider state of a mock with its own products, by its name: both sides of a contract take the names from here, and pact files of
 * other languages write them unchanged. A world is empty before its states are set up, so a state that needs another has to be given along with it.
 */
export const states = {
  ...ownStates,
  ...coreStates,
} as const satisfies Readonly<Record<StateNameOf<typeof products>, ProviderState>>

/** Name of a provider state. */
export type StateName = keyof typeof states

/** The parameters that may be given with a state; the others have their defaults. */
export type ParametersOf<Name extends StateName> = Partial<(typeof states)[Name]['parameters']>
