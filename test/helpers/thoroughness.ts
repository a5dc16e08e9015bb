import type { Transport } from './world.ts'

/** How much of what tests could play a run plays; `vitest.config.ts` says it for each of its projects. */
export interface Thoroughness {
  /** The doors to the mock that the suites of the operations go through. Door tests (`test/doors`) go through all of them in any run. */
  readonly doors: readonly Transport[]
  /** Whether the tests of the command line play commands in their own process, or start one for each. */
  readonly commands: 'in process' | 'spawned'
  /** How many of a hundred random cases are played, see `amountOf`. */
  readonly randomPercent: number
  /** Whether what repeats one rule for each call is played for every fourth of them, see `testedCalls`. */
  readonly calls: 'some' | 'all'
}

declare module 'vitest' {
  interface ProvidedContext extends Thoroughness {}
}
