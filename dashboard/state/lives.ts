import type { LifeJson } from '../../src/control/formats/overview.ts'
import { language } from './appearance.ts'
import { overview } from './operations.ts'

type StateOfLife = LifeJson['stages'][number][number]

/** The life of the things of a table, by its name in seed files; `undefined` until the mock has told it. */
export function lifeOf(table: string): LifeJson | undefined {
  return overview.value.tables.find(({ name }) => name === table)?.life
}

/** The states of the things of a table, as its JSON has them. */
export function statesOf<State extends string>(table: string): readonly State[] {
  // The table names its own states.
  return (lifeOf(table)?.stages.flat() ?? []).map(({ name }) => name as State)
}

/** What is known of a state of the things of a table. */
export function stateOf(table: string | undefined, state: string): StateOfLife | undefined {
  return table === undefined
    ? undefined
    : lifeOf(table)
        ?.stages.flat()
        .find(({ name }) => name === state)
}

/** What a state means, in the page's language. */
export function meaningOfState(table: string | undefined, state: string): string | undefined {
  return stateOf(table, state)?.title[language.value]
}
