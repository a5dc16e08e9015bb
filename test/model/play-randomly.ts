import { inspect } from 'node:util'
import type { Door } from './door.ts'
import { Random } from './random.ts'
import { shorten } from './shorten.ts'

/** Plays steps of some kind with a mock and with a book of its own. */
export interface Player<Step> {
  begin(): Promise<void>
  /** @returns how the mock and the book differ */
  play(step: Step): Promise<string | undefined>
  /** Looks everything up once more. */
  close(): Promise<string | undefined>
}

interface Failure {
  readonly at: number
  readonly reason: string
}

export interface RandomPlay {
  readonly seed: number
  readonly steps: number
  /** Steps of a sequence; each begins with an empty mock. */
  readonly length?: number
  readonly openDoor: () => Promise<Door>
  /** How many sequences are played at the same time, each with a mock of its own. */
  readonly sideBySide?: number
  /** Whether a failing sequence is played again and again, to find a shorter one. */
  readonly shortens?: boolean
  readonly played?: (steps: number) => void
}

/**
 * Plays random steps in sequences, sequence n with the seed `seed + n`.
 *
 * @returns what differs from the book, with the steps that led there
 */
export async function playRandomly<Step>(
  stepsOf: (random: Random, length: number) => readonly Step[],
  playerAt: (door: Door) => Player<Step>,
  { seed, steps, length = 250, openDoor, sideBySide = 1, shortens = true, played }: RandomPlay,
): Promise<string | undefined> {
  const play = async (some: readonly Step[]) => {
    const door = await openDoor()
    return playSteps(door, playerAt(door), some)
  }
  const playOne = async (own: number) => {
    const planned = stepsOf(new Random(own), length)
    const failure = await play(planned)
    if (!failure) return undefined
    const until = planned.slice(0, failure.at + 1)
    const kindOf = ({ reason }: Failure) => reason.replaceAll(/[\w:+-]*\d[\w:+-]*/g, '#')
    const fails = async (some: readonly Step[]) => {
      const other = await play(some)
      return other !== undefined && kindOf(other) === kindOf(failure)
    }
    const shortest = shortens ? await shorten(until, fails) : until.slice(-20)
    const shown = (shortens && (await play(shortest))) || failure
    const told = shortest.map((step) => JSON.stringify(step)).join('\n')
    const again = shortens ? `MODEL_SEED=${own} MODEL_STEPS=${length}` : `--seed ${own} --steps ${length}`
    return `${again}, step ${failure.at + 1}: ${failure.reason}\n${told}\n${shown.reason}`
  }
  const left = Array.from({ length: Math.ceil(steps / length) }, (_, n) => seed + n)
  const faults: string[] = []
  let done = 0
  const playOn = async () => {
    for (let own = left.shift(); own !== undefined; own = left.shift()) {
      const fault = await playOne(own).catch((error: unknown) => `--seed ${own}: ${inspect(error)}`)
      done += 1
      played?.(done * length)
      if (fault === undefined) continue
      faults.push(fault)
      left.length = 0
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, playOn))
  return faults.length === 0 ? undefined : faults.join('\n\n')
}

async function playSteps<Step>(door: Door, player: Player<Step>, steps: readonly Step[]): Promise<Failure | undefined> {
  try {
    await player.begin()
    for (const [at, step] of steps.entries()) {
      const reason = await player.play(step)
      if (reason !== undefined) return { at, reason }
    }
    const reason = await player.close()
    return reason === undefined ? undefined : { at: steps.length, reason }
  } finally {
    await door.close()
  }
}
