import type { FaultPlan } from '../engine/faults/fault-plan.ts'
import { HOSTILE_EFFECTS, type HostileEffect } from '../engine/faults/spoil.ts'
import type { KeyMode } from '../engine/keys/merchants.ts'
import type { WechatPayMock } from '../mock.ts'
import { UsageError } from '../protocol/errors.ts'

/** Whether a client is right to go on with an answer, or has to fail. */
export type Expectation = 'accept' | 'reject'

/** One kind of answers, honest or hostile, to let a client run into. */
export interface GauntletCase {
  readonly name: CaseName
  /** `reject`: no client may go on with these answers. `accept`: they are right, and a client that fails has a fault of its own. */
  readonly expects: Expectation
  /** Lets a mock give such answers to every call from now on, except to downloads of certificates. */
  apply(mock: GauntletMock): Promise<void>
}

/** As much of a mock as a case changes. */
export type GauntletMock = Pick<WechatPayMock, 'faults' | 'control'>

interface HonestRow {
  readonly expects: 'accept'
  readonly fault?: FaultPlan
  readonly keyMode?: KeyMode
}

interface HostileRow {
  readonly expects: 'reject'
  readonly fault: FaultPlan
}

const hostile = Object.fromEntries(
  HOSTILE_EFFECTS.map((effect) => [effect, { expects: 'reject', fault: { effect } }]),
) as Record<HostileEffect, HostileRow>

const ROWS = {
  honest: { expects: 'accept' },
  honest_slow: { expects: 'accept', fault: { effect: 'slow_drip', pauseMs: 1 } },
  honest_certificate: { expects: 'accept', keyMode: 'certificate' },
  honest_public_key: { expects: 'accept', keyMode: 'public-key' },
  ...hostile,
  error_as_200: { expects: 'reject', fault: { effect: 'error_as_200' } },
  half_body: { expects: 'reject', fault: { effect: 'half_body' } },
  answer_lost: { expects: 'reject', fault: { effect: 'answer_lost' } },
} satisfies Record<string, HonestRow | HostileRow>

/** Name of a {@link GauntletCase}. */
export type CaseName = keyof typeof ROWS

/** @throws UsageError `MOCK_GAUNTLET_CASE` for a name that is no case's */
export function refuseUnknown(only: readonly string[] = [], cases: readonly { readonly name: string }[]): void {
  const names = cases.map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UsageError('MOCK_GAUNTLET_CASE', `There is no case ${unknown}. There are: ${names.join(', ')}.`)
  }
}

/** The call that is answered honestly in every case: a client that does not have the certificates yet gets no further without them. */
const SPARED = 'downloadCertificates'

/** Every case: the honest ones first. `honest_certificate` and `honest_public_key` are for clients that have that key only. */
export const gauntletCases: readonly GauntletCase[] = (Object.keys(ROWS) as CaseName[]).map((name) => {
  const row: HonestRow | HostileRow = ROWS[name]
  return {
    name,
    expects: row.expects,
    async apply(mock) {
      const { keyMode } = { keyMode: undefined, ...row }
      await Promise.all([
        keyMode && mock.control.changeSettings({ key_mode: keyMode }),
        row.fault && mock.faults.plan({ ...row.fault, except: SPARED, always: true }),
      ])
    },
  }
})

/**
 * The cases that fit every client, whichever platform keys it has, for tests:
 *
 * ```ts
 * test.for(gauntlet)('$name: $expects', async ({ expects, apply }, { wechatpay }) => {
 *   await apply(wechatpay.mock)
 *   const outcome = await myShop.link().then(() => 'accept', () => 'reject')
 *   expect(outcome).toBe(expects)
 * })
 * ```
 */
export const gauntlet: readonly GauntletCase[] = gauntletCases.filter(
  ({ name }) => name !== 'honest_certificate' && name !== 'honest_public_key',
)
