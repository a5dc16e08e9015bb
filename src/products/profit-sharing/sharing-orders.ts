import { z } from 'zod'
import type { IdSource } from '../../engine/ids.ts'
import { over } from '../../engine/state/endings.ts'
import { instant, mchid, shortText, wordOf } from '../../engine/state/json-fields.ts'
import { ALL, ascending, defineTable, descending } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { payeeOf } from '../payment/index.ts'
import { account, failReason, receiverType } from './receivers.ts'

const number = z.string().min(1).max(64)

/** The part of one receiver in a share. */
const part = z.strictObject({
  type: receiverType,
  account,
  amount: z.int().min(1),
  description: z.string().min(1).max(80),
  detail_id: number,
  finish_time: instant.describe('until when it is PENDING'),
  over,
  fail_reason: failReason.optional().describe('why it is CLOSED then; SUCCESS if left out'),
  notification_id: z.string().max(36).optional().describe('the callback that tells the receiver'),
})

/** A share of an order (分账单), or what unfreezes the rest of one. */
export const sharingOrder = z
  .strictObject({
    mchid: mchid.describe('who asked for it: the merchant of the order, or its partner'),
    sub_mchid: mchid.optional().describe('whose order it is, of a partner'),
    out_order_no: number,
    order_id: number,
    transaction_id: shortText,
    out_trade_no: shortText,
    unfreezes: z
      .enum(['nothing', 'rest', 'all'])
      .describe('rest: it shares, and unfreezes what is left; all: it only unfreezes'),
    receivers: z.array(part).max(51),
    create_time: instant,
    request: z.array(z.string()).describe('what the same number has to bring again'),
  })
  .meta({ id: 'SharingOrder', description: 'a share of an order (分账单)' })

export type SharingOrder = z.output<typeof sharingOrder>
export type SharedPart = z.output<typeof part>

/** Shares by the merchants that get a part of them, as bills find them. Each follows from its share, which alone says how much. */
export const receivedShares = defineTable({
  name: 'receivedShares',
  row: z
    .strictObject({
      mchid: mchid.describe('who gets a part of it'),
      shared_by: mchid.describe('mchid of the share'),
      out_order_no: number,
      finish_time: instant,
    })
    .meta({
      id: 'ReceivedShare',
      description: 'a share (分账单) as one of its receivers finds it; made anew with the share',
    }),
  key: ['shared_by', 'out_order_no'],
  sorted: { finished: { among: () => ALL, by: ({ finish_time }) => ascending(finish_time) } },
})

/** Shares of orders (分账单). Only `keepSharing` saves one. */
export const sharingOrders = defineTable({
  name: 'sharingOrders',
  title: { en: 'Shares', zh: '分账单' },
  row: sharingOrder,
  complete(share, { world }) {
    for (const received of receiptsOf(share)) world.in(receivedShares).save(received)
    return share
  },
  key: ['out_order_no'],
  indexes: ['out_order_no', 'order_id', 'transaction_id'],
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    // As bills list them: of who asked for them, and by whose money they are.
    finished: { among: () => ALL, by: (one) => ascending(finishedAt(one)) },
    paid: { among: payeeOf, by: (one) => ascending(finishedAt(one)) },
  },
  inJournal: true,
})

/** Reasons why a share is not given back. */
export const RETURN_FAIL_REASONS = {
  ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the receiver', zh: '原分账接收方账户异常' },
  BALANCE_NOT_ENOUGH: { en: 'the receiver has too little money', zh: '余额不足' },
  TIME_OUT_CLOSED: { en: 'it took more than five days', zh: '超时关单' },
  PAYER_ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the payer', zh: '原分账分出方账户异常' },
  INVALID_REQUEST: { en: 'the description is not allowed', zh: '描述参数设置失败' },
} as const satisfies Record<string, Texts>

export const returnFailReason = wordOf(RETURN_FAIL_REASONS)

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

/** The result of one receiver at an instant. */
export function resultOf({ finish_time, fail_reason, over }: SharedPart, at: number): 'PENDING' | 'SUCCESS' | 'CLOSED' {
  if (!over && at < finish_time) return 'PENDING'
  return fail_reason === undefined ? 'SUCCESS' : 'CLOSED'
}

/** When every receiver has its result, whether it got its money or not. */
export function finishedAt({ create_time, receivers }: Pick<SharingOrder, 'create_time' | 'receivers'>): number {
  return Math.max(create_time, ...receivers.map(({ finish_time }) => finish_time))
}

export function sharingState(one: SharingOrder, at: number): 'PROCESSING' | 'FINISHED' {
  return one.receivers.some((part) => resultOf(part, at) === 'PENDING') ? 'PROCESSING' : 'FINISHED'
}

/** The share with the results that its receivers have for good, before the clock is set back; `undefined` if it can be without. */
export function finishedBefore(one: SharingOrder, setBack: SetBack): SharingOrder | undefined {
  const receivers = one.receivers.map((part) =>
    isUndone(setBack, part.finish_time) ? { ...part, over: true as const } : part,
  )
  return receivers.some((part, i) => part !== one.receivers[i]) ? { ...one, receivers } : undefined
}

/** The rows by which the merchants that get a part of a share find it. */
export function receiptsOf(share: SharingOrder): readonly z.output<typeof receivedShares.json>[] {
  const { mchid: shared_by, out_order_no, receivers } = share
  const others = receivers.filter(({ type, account }) => type === 'MERCHANT_ID' && account !== payerOf(share))
  return others.map(({ account }) => ({ mchid: account, shared_by, out_order_no, finish_time: finishedAt(share) }))
}

/** The merchant whose money is shared. */
export const payerOf: (share: Pick<SharingOrder, 'mchid' | 'sub_mchid'>) => string = payeeOf

/** A share as answers show it at an instant (pay-family.md 7.3), with more than they show. */
export function sharingDetails(one: SharingOrder, now: number) {
  const { create_time } = one
  const receivers = one.receivers.map((part) => {
    const result = resultOf(part, now)
    // Live answers have the first instant of 1970 until there is a result.
    const finish_time = result === 'PENDING' ? 0 : part.finish_time
    return {
      ...part,
      result,
      create_time,
      finish_time,
      fail_reason: result === 'CLOSED' ? part.fail_reason : undefined,
    }
  })
  return { ...one, state: sharingState(one, now), receivers }
}

const PREFIXES = { order_id: '3000', return_id: '3008', detail_id: '3600' } as const

/** A number that WeChat Pay makes, in the form of live ones: 29 digits with the day in them (pay-family.md 1.2). */
export function sharingNumber(kind: keyof typeof PREFIXES, ids: IdSource, now: number): string {
  return `${PREFIXES[kind]}${ids.digits(6)}${formatInstant(now).slice(0, 10).replaceAll('-', '')}${ids.digits(11)}`
}
