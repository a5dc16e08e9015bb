import type { Merchant } from '../../src/engine/merchants.ts'
import type { Kind } from './calls.ts'
import { canonical } from './model/call.ts'
import { Random } from './random.ts'
import { Player } from './run.ts'
import { type CallStep, callsOf, stepsOf } from './steps.ts'

export interface ConcurrencyPlan {
  readonly merchants: readonly Merchant[]
  readonly seed: number
  readonly mocks: number
}

/** Steps one after the other, which bring a mock into some state. */
const BEFORE = 60
const ROUNDS = 6

/** Calls of which each creates something new or opens something again, so that copies are not answered alike. */
const DIFFERENT: readonly Kind[] = ['createStock', 'payJsapi', 'payNative', 'payApp', 'payH5']

/** Fires 8 to 32 calls at a mock at once, again and again. @returns what is wrong, or `undefined` */
export async function playAtTheSameTime({ merchants, seed, mocks }: ConcurrencyPlan): Promise<string | undefined> {
  for (let index = 0; index < mocks; index++) {
    const random = new Random(seed + index)
    const player = await begin(merchants, random, seed + index)
    for (let round = 0; round < ROUNDS; round++) {
      const calls = callsOf(random, random.between(8, 32), (kind) => player.subject.served.has(kind))
      const fault = (await player.playTogether(calls)) ?? (await player.look())
      if (fault !== undefined) return describe(seed + index, fault, player, calls.length + 1)
      await player.play({ do: 'advance', seconds: random.between(1, 20_000) })
    }
  }
  return undefined
}

/** Fires copies of one call at once: all have to be answered alike, and it must take effect once. @returns what is wrong */
export async function playCopies({ merchants, seed, mocks }: ConcurrencyPlan): Promise<string | undefined> {
  for (let index = 0; index < mocks; index++) {
    const random = new Random(seed + index)
    const player = await begin(merchants, random, seed + index)
    for (const call of callsOf(random, 40, (kind) => player.subject.served.has(kind))) {
      const copies = Array.from({ length: 4 }, (): CallStep => call)
      const fault = (await player.playTogether(copies)) ?? alike(call.do, player) ?? (await player.look())
      if (fault !== undefined) return describe(seed + index, fault, player, copies.length + 1)
    }
  }
  return undefined
}

async function begin(merchants: readonly Merchant[], random: Random, seed: number): Promise<Player> {
  const player = new Player({ merchants, orders: seed % 2 === 0 ? 'any' : 'known', snapshotEvery: BEFORE })
  for (const step of stepsOf(random, BEFORE, (kind) => player.subject.served.has(kind))) {
    const fault = await player.play(step)
    if (fault !== undefined) throw new Error(`Before anything was called at the same time (seed ${seed}): ${fault}`)
  }
  return player
}

function alike(kind: Kind, player: Player): string | undefined {
  const answers = new Set(player.lastAnswers(4).map((answer) => canonical(answer)))
  return answers.size > 1 && !DIFFERENT.includes(kind) ? `copies are answered ${[...answers].join(' and ')}` : undefined
}

function describe(seed: number, fault: string, { trace }: Player, lines: number): string {
  return [`With MODEL_SEED=${seed}: ${fault}`, ...trace.slice(-lines)].join('\n')
}
