import type { LifeJson } from '../../src/control/formats/overview.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { thingKinds } from './operations.ts'
import { said } from './said.ts'

type StateOfLife = LifeJson['stages'][number][number]

/** A kind of things by its name in seed files; `undefined` until the mock has told it. */
export function kindOf(id: string | undefined): ThingKind | undefined {
  return thingKinds.value?.find((kind) => kind.id === id)
}

/** The states of the things of a kind, as its JSON has them. */
export function statesOf(kind: ThingKind): readonly string[] {
  return (kind.life?.stages.flat() ?? []).map(({ name }) => name)
}

/** What is known of a state of the things of a kind. */
export function stateOf(kind: string | undefined, state: string): StateOfLife | undefined {
  return kindOf(kind)
    ?.life?.stages.flat()
    .find(({ name }) => name === state)
}

/** What a state means, in the page's language. */
export function meaningOfState(kind: string | undefined, state: string): string | undefined {
  return said(stateOf(kind, state)?.title)
}
