import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { thingKinds } from './operations.ts'
import { said } from './said.ts'

type StateOfLife = LifeJson['stages'][number][number]

/** A kind of things by its name in seed files; `undefined` until the mock has sent it. */
export function kindOf(id: string | undefined): ThingKind | undefined {
  return thingKinds.value?.find((kind) => kind.id === id)
}

/** The states of a kind of things, as in its JSON. */
export function statesOf(kind: ThingKind): readonly string[] {
  return (kind.life?.stages.flat() ?? []).map(({ name }) => name)
}

/** A state of a kind of things. */
export function stateOf(kind: string | undefined, state: string): StateOfLife | undefined {
  return kindOf(kind)
    ?.life?.stages.flat()
    .find(({ name }) => name === state)
}

/** Meaning of a state, in the page's language. */
export function meaningOfState(kind: string | undefined, state: string): string | undefined {
  return said(stateOf(kind, state)?.title)
}
