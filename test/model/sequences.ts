import { env } from 'node:process'
import type { Merchant } from '../../src/engine/keys/merchants.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { Random } from './random.ts'
import { type Failure, runSequence } from './run.ts'
import { shorten } from './shorten.ts'
import { type Step, stepsOf } from './steps.ts'
import type { OpenStore } from './subject.ts'

/** Number of steps in a sequence; the next starts with a fresh mock. */
export const LENGTH = 200
const SNAPSHOT_EVERY = 40

/** Seed from `MODEL_SEED`, else `seed`, else a new one each time. */
export function chosenSeed(seed = Date.now() % 1_000_000_000): number {
  return env.MODEL_SEED === undefined ? seed : wholeNumber('MODEL_SEED', env.MODEL_SEED)
}

/** Number of steps from `MODEL_STEPS`, else `steps`, or a tenth of them where a part is to stand for the whole. */
export function chosenSteps(steps: number): number {
  if (env.MODEL_STEPS !== undefined) return wholeNumber('MODEL_STEPS', env.MODEL_STEPS)
  return isRepresentative ? steps / 10 : steps
}

/** How many random cases are played if no variable says so; half as many where a part is to stand for the whole. */
export function chosenCases(cases: number): number {
  return isRepresentative ? cases / 2 : cases
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new TypeError(`${name} has to be a whole number, not ${text}.`)
  return Number(text)
}

export interface Plan {
  readonly merchants: readonly Merchant[]
  readonly seed: number
  readonly steps: number
  /** Share of one of several test files: every `of`th sequence from `part` on. */
  readonly part: number
  readonly of: number
  /** Makes a new store for each sequence. Default: in memory. */
  readonly makeStore?: (() => Promise<OpenStore>) | undefined
}

/**
 * Plays `steps` steps in sequences of {@link LENGTH}; sequence n has the seed `seed + n`, and every other one requires orders to exist.
 *
 * @returns a description of the failure, shortened and ready to read, or `undefined`
 */
export async function playSequences(plan: Plan): Promise<string | undefined> {
  const { merchants, seed, steps, part, of, makeStore } = plan
  const sequences = Math.ceil(steps / LENGTH)
  for (let index = part; index < sequences; index += of) {
    const own = seed + index
    const options = { merchants, orders: own % 2 === 0 ? 'any' : 'known' } as const
    const planned = stepsOf(new Random(own), LENGTH)
    const play = async (some: readonly Step[], snapshotEvery = SNAPSHOT_EVERY) =>
      runSequence(some, { ...options, snapshotEvery, openStore: await makeStore?.() })
    const failure = await play(planned)
    if (failure) {
      return describe(own, planned, failure, (shorter) => play(shorter, 1))
    }
  }
  return undefined
}

async function describe(
  seed: number,
  planned: readonly Step[],
  failure: Failure,
  run: (steps: readonly Step[]) => Promise<Failure | undefined>,
): Promise<string> {
  // A check after every step may find the failure earlier.
  const early = (await run(planned.slice(0, failure.at + 1))) ?? failure
  const shortest = await shorten(planned.slice(0, early.at + 1), async (steps) => {
    const other = await run(steps)
    return other !== undefined && kindOf(other) === kindOf(early)
  })
  const shown = (await run(shortest)) ?? early
  return [
    `Step ${failure.at + 1} of the sequence with seed ${seed} is answered against the rules: ${failure.reason}`,
    `To play it again: MODEL_SEED=${seed} MODEL_STEPS=${LENGTH} npm run test:model`,
    `Shortened to ${shortest.length} steps: ${shown.reason}`,
    ...shown.trace,
    JSON.stringify(shortest),
  ].join('\n')
}

/** A failure without its numbers, so that a shorter sequence with a different failure is not mistaken for it. */
function kindOf({ reason }: Failure): string {
  return reason.replaceAll(/[\d:+-]+/g, '#')
}
