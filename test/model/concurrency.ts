import type { Merchant } from '../../src/engine/keys/merchants.ts'
import type { Kind } from './calls.ts'
import { canonical } from './model/call.ts'
import { Random } from './random.ts'
import { Player } from './run.ts'
import { type CallStep, callsOf, stepsOf } from './steps.ts'
import type { OpenStore } from './subject.ts'

export interface ConcurrencyPlan {
  readonly merchants: readonly Merchant[]
  readonly seed: number
  readonly mocks: number
  /** A new store for each mock. Default: in memory. */
  readonly makeStore?: (() => Promise<OpenStore>) | undefined
}

/** Steps one after the other, which bring a mock into some state. */
const BEFORE = 60
const ROUNDS = 6

/** Calls that answer copies differently: the number of a batch is refused when it comes again, Native and H5 give a new address each time. */
const DIFFERENT: readonly Kind[] = ['createStock', 'payNative', 'payH5']

/** Fires 8 to 32 calls at a mock at once, again and again. @returns what is wrong, or `undefined` */
export async function playAtTheSameTime(plan: ConcurrencyPlan): Promise<string | undefined> {
  const { seed, mocks } = plan
  for (let index = 0; index < mocks; index++) {
    const random = new Random(seed + index)
    const player = await begin(plan, random, seed + index)
    for (let round = 0; round < ROUNDS; round++) {
      const calls = callsOf(random, random.between(8, 32))
      const fault = (await player.playTogether(calls)) ?? (await player.look())
      if (fault !== undefined) return describe(seed + index, fault, player, calls.length + 1)
      await player.play({ do: 'advance', seconds: random.between(1, 20_000) })
      await player.subject.restart()
    }
    await player.subject.close()
  }
  return undefined
}

/** Fires copies of one call at once: all have to be answered alike, and it must take effect once. @returns what is wrong */
export async function playCopies(plan: ConcurrencyPlan): Promise<string | undefined> {
  const { seed, mocks } = plan
  for (let index = 0; index < mocks; index++) {
    const random = new Random(seed + index)
    const player = await begin(plan, random, seed + index)
    for (const call of callsOf(random, 40)) {
      const copies = Array.from({ length: 4 }, (): CallStep => call)
      const fault = (await player.playTogether(copies)) ?? alike(call.do, player) ?? (await player.look())
      if (fault !== undefined) return describe(seed + index, fault, player, copies.length + 1)
    }
    await player.subject.close()
  }
  return undefined
}

async function begin({ merchants, makeStore }: ConcurrencyPlan, random: Random, seed: number): Promise<Player> {
  const orders = seed % 2 === 0 ? 'any' : 'known'
  const player = await Player.begin({ merchants, orders, openStore: await makeStore?.() })
  for (const step of stepsOf(random, BEFORE)) {
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
