import { z } from 'zod'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { ALL, ascending, defineTable, descending } from '../../engine/state/table.ts'
import { orLastInstant } from '../../shared/china-time.ts'
import { accept, type Decision, refuse } from '../../shared/errors.ts'
import type { Texts } from '../../shared/texts.ts'
import { payeeOf } from '../payment/index.ts'
import { resultOf, type SharingOrder } from './sharing-orders.ts'

/** Reasons why a share is not given back. */
export const RETURN_FAIL_REASONS = {
  ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the receiver', zh: '原分账接收方账户异常' },
  BALANCE_NOT_ENOUGH: { en: 'the receiver has too little money', zh: '余额不足' },
  TIME_OUT_CLOSED: { en: 'it took more than five days', zh: '超时关单' },
  PAYER_ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the payer', zh: '原分账分出方账户异常' },
  INVALID_REQUEST: { en: 'the description is not allowed', zh: '描述参数设置失败' },
} as const satisfies Record<string, Texts>

type ReturnFailReason = keyof typeof RETURN_FAIL_REASONS

// zod keeps the keys as a tuple only if the compiler knows them as one.
export const returnFailReason = z.enum(Object.keys(RETURN_FAIL_REASONS) as [ReturnFailReason, ...ReturnFailReason[]])

const number = z.string().min(1).max(64)

/** Money of a share that its receiver gives back (分账回退). */
export const sharingReturn = z
  .strictObject({
    mchid: mchid.describe('who asked for it'),
    sub_mchid: mchid.optional(),
    out_return_no: number,
    return_id: number,
    order_id: number,
    out_order_no: number,
    transaction_id: shortText,
    return_mchid: mchid,
    amount: z.int().min(1),
    description: z.string().min(1).max(80),
    create_time: instant,
    finish_time: instant.optional().describe('left out while it is PROCESSING, for five days at most'),
    fail_reason: returnFailReason.optional().describe('why it FAILED; SUCCESS if left out'),
    request: z.array(z.string()).describe('what the same number has to bring again'),
  })
  .meta({ id: 'SharingReturn', description: 'money of a share that its receiver gives back (分账回退)' })

export type SharingReturn = z.output<typeof sharingReturn>

/** Returns of shares (分账回退单). */
export const sharingReturns = defineTable({
  name: 'sharingReturns',
  title: { en: 'Share returns', zh: '分账回退单' },
  row: sharingReturn,
  key: ['out_return_no'],
  indexes: ['out_return_no', 'out_order_no', 'return_mchid'],
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    // Those that succeeded, as bills list them: of who asked for them, by who gave the money back, and by who got it.
    succeeded: { among: (one) => (hasSucceeded(one) ? ALL : undefined), by: succeeded },
    given: { among: (one) => (hasSucceeded(one) ? one.return_mchid : undefined), by: succeeded },
    taken: { among: (one) => (hasSucceeded(one) ? payeeOf(one) : undefined), by: succeeded },
  },
  inJournal: true,
})

function hasSucceeded({ finish_time, fail_reason }: SharingReturn): boolean {
  return finish_time !== undefined && fail_reason === undefined
}

function succeeded(one: SharingReturn): string {
  return ascending(succeededAt(one))
}

/** When a return that succeeded did so. */
export function succeededAt({ finish_time = 0 }: Pick<SharingReturn, 'finish_time'>): number {
  return finish_time
}

const DAY_MS = 86_400_000
const RETURN_PERIOD_MS = 180 * DAY_MS
const PROCESSING_MS = 5 * DAY_MS

/** How many returns one share takes. */
export const RETURNS_PER_SHARE = 50

/** When a return ended, and why without success; `undefined` while it is PROCESSING. */
export function endOf(
  { create_time, finish_time, fail_reason }: SharingReturn,
  at: number,
): { readonly time: number; readonly fail_reason?: ReturnFailReason | undefined } | undefined {
  if (finish_time !== undefined) return { time: finish_time, fail_reason }
  const until = orLastInstant(create_time + PROCESSING_MS)
  return at < until ? undefined : { time: until, fail_reason: 'TIME_OUT_CLOSED' }
}

/** The result at an instant. */
export function returnResult(one: SharingReturn, at: number): 'PROCESSING' | 'SUCCESS' | 'FAILED' {
  const end = endOf(one, at)
  if (!end) return 'PROCESSING'
  return end.fail_reason === undefined ? 'SUCCESS' : 'FAILED'
}

/** A return as answers show it at an instant (pay-family.md 7.6), with more than they show. */
export function returnDetails(one: SharingReturn, now: number) {
  const end = endOf(one, now)
  return { ...one, result: returnResult(one, now), fail_reason: end?.fail_reason, finish_time: end?.time ?? 0 }
}

export type ReturnRefusal = 'share_unknown' | 'too_many_returns' | 'more_than_left'

/**
 * Judges whether a receiver of a share can be asked to give fen back.
 *
 * @param before the returns of the share so far
 */
export function returnShare(
  share: SharingOrder,
  before: readonly SharingReturn[],
  { return_mchid, amount, at }: Pick<SharingReturn, 'return_mchid' | 'amount'> & { readonly at: number },
): Decision<undefined, ReturnRefusal> {
  const got = share.receivers.find((one) => one.type === 'MERCHANT_ID' && one.account === return_mchid)
  const isOld = at >= share.create_time + RETURN_PERIOD_MS
  if (!got || resultOf(got, at) !== 'SUCCESS' || isOld) return refuse('share_unknown')
  if (before.length >= RETURNS_PER_SHARE) return refuse('too_many_returns')
  return amount > got.amount - returned(before, return_mchid, at) ? refuse('more_than_left') : accept(undefined)
}

/** Fen that a receiver gave back, or is about to. */
export function returned(returns: readonly SharingReturn[], mchid: string, at: number): number {
  return returns
    .filter((one) => one.return_mchid === mchid && returnResult(one, at) !== 'FAILED')
    .reduce((sum, { amount }) => sum + amount, 0)
}
