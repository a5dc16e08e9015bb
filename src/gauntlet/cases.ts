import { HOSTILE_EFFECTS, type HostileEffect } from '../engine/faults/damage.ts'
import type { FaultPlan } from '../engine/faults/fault-plan.ts'
import type { KeyMode } from '../engine/keys/merchants.ts'
import type { WechatPayMock } from '../mock.ts'
import { UsageError } from '../wire/protocol/errors.ts'

/** Whether a client should accept an answer or must reject it. */
export type Expectation = 'accept' | 'reject'

/** One kind of answer, honest or hostile, to test a client with. */
export interface GauntletCase {
  readonly name: CaseName
  /** `reject`: no client may act on these answers. `accept`: they are correct, and a client that fails is at fault. */
  readonly expects: Expectation
  /** Makes a mock give such answers to every call from now on, except downloads of certificates. */
  apply(mock: GauntletMock): Promise<void>
}

/** The parts of a mock that a case changes. */
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

/**
 * Why a case was skipped: the client does not accept correct answers, so other results would prove nothing; or it asks for answers that are signed
 * with the public key, and may have no certificate; or it does not, and may have no public key.
 */
export type SkipReason = 'honest_failed' | 'public_key' | 'no_public_key'

/** A skipped case. */
export interface SkippedCase<Name extends string = string> {
  readonly name: Name
  readonly reason: SkipReason
}

/** @throws UsageError `MOCK_GAUNTLET_CASE` for an unknown name */
export function refuseUnknown(only: readonly string[] = [], cases: readonly { readonly name: string }[]): void {
  const names = cases.map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UsageError('MOCK_GAUNTLET_CASE', {
      en: `There is no case ${unknown}. There are: ${names.join(', ')}.`,
      zh: `没有情形 ${unknown}，可用的有：${names.join('、')}。`,
    })
  }
}

/** The call that is always answered honestly: a client without the certificates would get no further. */
const SPARED = 'downloadCertificates'

/** All cases, the honest ones first. `honest_certificate` and `honest_public_key` are for clients that have only that key. */
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
