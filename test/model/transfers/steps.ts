import type { Random } from '../random.ts'
import type { Conduct, Person } from './ledger.ts'

/** Who pays: one with little money, and one with any amount. */
export const PAYERS = ['poor', 'rich'] as const
export type Payer = (typeof PAYERS)[number]

export const PEOPLE: Readonly<Record<string, Person>> = { oNamed: '张三', oUnverified: null, oUnknown: undefined }

const OPENIDS = Object.keys(PEOPLE)
/** How many numbers are in use at a time, and after how many steps some of them give way to new ones. */
const NUMBERS = 8
const STEPS_OF_A_NUMBER = 12
const AUTHORIZATIONS = ['A0', 'A1', 'A2', 'A3']
const OUTCOMES = ['SUCCESS', 'ACCOUNT_FROZEN', 'TRANSFER_RISK']

/** The states in which a transfer can be added. */
const ADDED = ['WAIT_USER_CONFIRM', 'SUCCESS', 'FAIL', 'CANCELLED'] as const

export interface Wanted {
  readonly no: string
  readonly amount: number
  readonly openid: string
  readonly name: string | undefined
  readonly notify: boolean
}

export type Step = { readonly by: Payer } & (
  | { readonly do: 'create'; readonly wanted: Wanted }
  | { readonly do: 'transfer'; readonly wanted: Wanted; readonly authorization: string }
  | { readonly do: 'query' | 'queryById' | 'cancel' | 'dismiss'; readonly no: string }
  | {
      readonly do: 'confirm'
      readonly no: string
      readonly outcome: string | undefined
      readonly with: 'old' | 'none' | 'foreign'
    }
  | { readonly do: 'fail'; readonly no: string; readonly reason: string }
  | { readonly do: 'topUp'; readonly amount: number }
  | { readonly do: 'setBalance'; readonly balance: number | undefined }
  | { readonly do: 'setOpened'; readonly opened: boolean }
  | { readonly do: 'add'; readonly wanted: Wanted; readonly state: (typeof ADDED)[number] }
  | { readonly do: 'ask'; readonly no: string; readonly openid: string }
  | { readonly do: 'agree' | 'close'; readonly no: string }
  | {
      readonly do: 'advance'
      readonly seconds: number
      /** Made one after the other, each while a callback is out that is due on the way; those that find none are left out. */
      readonly onTheWay: readonly Step[]
    }
  | { readonly do: 'setBack' | 'jump'; readonly seconds: number }
  | { readonly do: 'reset' | 'restore' }
  | { readonly do: 'limit'; readonly limits: 'wide' | 'live' }
)

/** How a mock of one sequence behaves. */
export function conductOf(random: Random): Conduct {
  return {
    slow: random.chance(40),
    takes: random.pick([0, 10, 3_600]),
    cancelTakes: random.pick([0, 3, 3, 3_600]),
    closesLate: random.pick([0, 2_820]),
  }
}

export function stepsOf(random: Random, length: number): readonly Step[] {
  return Array.from({ length }, (_, at) => stepOf(random, at))
}

/** Steps that change how much money there is, or who may use it. */
const BETWEEN_CALLS: ReadonlySet<Step['do']> = new Set([
  'advance',
  'setBack',
  'topUp',
  'setBalance',
  'setOpened',
  'add',
])

/** Calls only, for steps that run at the same time. */
export function callsOf(random: Random, length: number): readonly Step[] {
  return Array.from({ length }, () => stepOf(random)).filter(({ do: what }) => !BETWEEN_CALLS.has(what))
}

/** The same with a clock that jumps, and with what drops or replaces the world. A ledger cannot follow. */
export function walkOf(random: Random, length: number): readonly Step[] {
  return Array.from({ length }, (_, at) => {
    if (random.chance(75)) return stepOf(random, at)
    const by = random.pick(PAYERS)
    return random.weighted<Step>([
      [80, { by, do: 'jump', seconds: random.pick([-1, 1]) * advance(random) }],
      [8, { by, do: 'reset' }],
      [12, { by, do: 'restore' }],
      [8, { by, do: 'limit', limits: random.pick(['wide', 'live']) }],
    ])
  })
}

/** @param at how many steps came before it */
function stepOf(random: Random, at = 0): Step {
  const by = random.pick(PAYERS)
  const number = numberAt(random, at)
  const no = `T${number}`
  const wanted = (): Wanted => {
    // The same number mostly comes with the same values.
    const usual = number % NUMBERS
    const other = random.chance(6)
    return {
      no,
      amount: other ? 31 : 100 * (usual + 1),
      openid: OPENIDS[usual % OPENIDS.length] ?? '',
      name: usual % 3 === 0 ? '张三' : usual % 3 === 1 ? undefined : '李四',
      notify: usual % 4 !== 1,
    }
  }
  return {
    by,
    ...random.weighted<() => Omit<Step, 'by'>>([
      [26, () => ({ do: 'create', wanted: wanted() })],
      [8, () => ({ do: 'transfer', wanted: wanted(), authorization: random.pick(AUTHORIZATIONS) })],
      [8, () => ({ do: 'query', no })],
      [3, () => ({ do: 'queryById', no })],
      [9, () => ({ do: 'cancel', no })],
      [
        16,
        () => ({
          do: 'confirm',
          no,
          outcome: random.chance(50) ? random.pick(OUTCOMES) : undefined,
          with: random.weighted([
            [70, 'old'],
            [20, 'none'],
            [10, 'foreign'],
          ]),
        }),
      ],
      [2, () => ({ do: 'dismiss', no })],
      [3, () => ({ do: 'fail', no, reason: 'TRANSFER_RISK' })],
      [4, () => ({ do: 'topUp', amount: random.pick([50, 300, 1_000]) })],
      [2, () => ({ do: 'setBalance', balance: random.chance(30) ? undefined : random.pick([0, 250, 1_000, 5_000]) })],
      [2, () => ({ do: 'setOpened', opened: random.chance(85) })],
      [4, () => ({ do: 'add', wanted: wanted(), state: random.pick(ADDED) })],
      [5, () => ({ do: 'ask', no: random.pick(AUTHORIZATIONS), openid: random.pick(OPENIDS) })],
      [4, () => ({ do: 'agree', no: random.pick(AUTHORIZATIONS) })],
      [1, () => ({ do: 'close', no: random.pick(AUTHORIZATIONS) })],
      [14, () => ({ do: 'advance', seconds: advance(random), onTheWay: onTheWay(random, at) })],
      [5, () => ({ do: 'setBack', seconds: advance(random) })],
    ])(),
  } as Step
}

/** One of the numbers that are in use after so many steps. */
function numberAt(random: Random, at: number): number {
  return Math.floor(at / STEPS_OF_A_NUMBER) * (NUMBERS / 2) + random.below(NUMBERS)
}

/** Steps of somebody who acts while the clock is moved: mostly about transfers that would end on the way. */
function onTheWay(random: Random, at: number): readonly Step[] {
  return Array.from({ length: random.between(0, 6) }, () => {
    const by = random.pick(PAYERS)
    const no = `T${numberAt(random, at)}`
    return random.weighted<() => Step>([
      [25, () => ({ by, do: 'confirm', no, outcome: random.pick(OUTCOMES), with: 'none' })],
      [15, () => ({ by, do: 'cancel', no })],
      [10, () => ({ by, do: 'fail', no, reason: 'TRANSFER_RISK' })],
      [50, () => stepOf(random, at)],
    ])()
  }).filter(({ do: what }) => what !== 'advance' && what !== 'setBack')
}

function advance(random: Random): number {
  return random.weighted([
    [35, random.between(1, 5)],
    [25, random.between(6, 4_000)],
    [20, random.between(1, 12) * 3_600],
    [20, 86_400],
    [2, 31 * 86_400],
  ])
}
