import type { EventAddress } from '../../products/merchant-coupon/event-address/event-address.ts'
import type { Coupon } from '../../products/merchant-coupon/rules/coupon.ts'
import type { Stock } from '../../products/merchant-coupon/rules/stock.ts'
import type { Subsidy, SubsidyReturn } from '../../products/merchant-coupon/rules/subsidy.ts'
import type { UploadedCode } from '../../products/merchant-coupon/rules/uploaded-code.ts'
import type { Order } from '../../products/payment/rules/order.ts'
import type { Refund } from '../../products/payment/rules/refund.ts'
import type { User } from '../../products/platform/users/user.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { RequestRecord } from '../../shared/request-record.ts'
import { isUnderWay, type Notification } from '../callbacks/notification.ts'
import type { SharedJournal } from '../journal/journal.ts'
import type { Counters } from './counters.ts'
import type { Documents, DocumentsChange } from './documents.ts'

/** How the values of one table are told apart, and by what else they are looked for. */
export interface TableDefinition<Value> {
  /** The merchant that a value belongs to: what a reset of one merchant drops. */
  owner(value: Value): string
  /** What names it among its owner's. */
  key(value: Value): readonly string[]
  /** Other texts that values are found by; `undefined` where a value is not to be found that way. */
  readonly indexes: Readonly<Record<string, (value: Value) => string | undefined>>
}

/**
 * The tables of a store. Stock ids are only unique per creator, so that parallel tests may all use `100088`: batch, codes and coupons belong
 * to the batch's creator, everything else to the merchant that called.
 */
export const TABLES = {
  stocks: table<Stock>()({
    owner: ({ creatorMchid }) => creatorMchid,
    key: ({ stockId }) => [stockId],
    indexes: { stockId: ({ stockId }) => stockId },
  }),
  codes: table<UploadedCode>()({
    owner: ({ creatorMchid }) => creatorMchid,
    key: ({ stockId, code }) => [stockId, code],
    indexes: {
      stock: ({ stockId }) => stockId,
      availableIn: ({ stockId, dispatchedAt }) => (dispatchedAt === undefined ? stockId : undefined),
    },
  }),
  coupons: table<Coupon>()({
    owner: ({ creatorMchid }) => creatorMchid,
    key: ({ stockId, code }) => [stockId, code],
    indexes: {
      code: ({ code }) => code,
      openid: ({ openid }) => openid,
      /** Who handed out coupons of a batch besides its creator: `<mchid> <stock id>`. */
      sentIn: ({ senderMchid, creatorMchid, stockId }) =>
        senderMchid === creatorMchid ? undefined : `${senderMchid} ${stockId}`,
    },
  }),
  users: table<User>()({
    owner: ({ mchid }) => mchid,
    key: ({ openid }) => [openid],
    indexes: { person: ({ person }) => person },
  }),
  orders: table<Order>()({
    owner: ({ mchid }) => mchid,
    key: ({ outTradeNo }) => [outTradeNo],
    indexes: {
      outTradeNo: ({ outTradeNo }) => outTradeNo,
      transactionId: ({ transactionId }) => transactionId,
      prepayId: ({ prepayId }) => prepayId,
    },
  }),
  refunds: table<Refund>()({
    owner: ({ mchid }) => mchid,
    key: ({ outRefundNo }) => [outRefundNo],
    indexes: {
      outRefundNo: ({ outRefundNo }) => outRefundNo,
      outTradeNo: ({ outTradeNo }) => outTradeNo,
      refundId: ({ refundId }) => refundId,
    },
  }),
  subsidies: table<Subsidy>()({
    owner: ({ mchid }) => mchid,
    key: ({ outSubsidyNo }) => [outSubsidyNo],
    indexes: { couponCode: ({ couponCode }) => couponCode, receiptId: ({ receiptId }) => receiptId },
  }),
  subsidyReturns: table<SubsidyReturn>()({
    owner: ({ mchid }) => mchid,
    key: ({ outSubsidyReturnNo }) => [outSubsidyReturnNo],
    indexes: { receiptId: ({ receiptId }) => receiptId },
  }),
  eventAddresses: table<EventAddress>()({ owner: ({ mchid }) => mchid, key: () => [], indexes: {} }),
  notifications: table<Notification>()({
    owner: ({ mchid }) => mchid,
    key: ({ id }) => [id],
    indexes: {
      pending: ({ dueAt }) => (dueAt === undefined ? undefined : 'yes'),
      underWay: ({ attempts }) => (attempts.some(isUnderWay) ? 'yes' : undefined),
    },
  }),
  requests: table<RequestRecord>()({
    owner: ({ mchid }) => mchid,
    key: ({ operation, requestNo }) => [operation, requestNo],
    indexes: {},
  }),
}

/** Checks a definition and keeps the names of its indexes and the number of its key's parts. */
function table<Value>() {
  return <
    const Key extends readonly string[],
    const Indexes extends Readonly<Record<string, (value: Value) => string | undefined>>,
  >(definition: {
    owner(value: Value): string
    key(value: Value): Key
    readonly indexes: Indexes
  }) => definition
}

type Tables = typeof TABLES

/** The name of a table. */
export type TableName = keyof Tables

/** The value that a table holds. */
export type Row<Name extends TableName> = Parameters<Tables[Name]['owner']>[0]

/** One table as a transaction sees it. */
export interface Repository<Value, Key extends readonly string[], Index extends string> {
  find(owner: string, ...key: Key): Awaitable<Value | undefined>
  /** Every value that an index finds under a text, of one merchant or of all, in no particular order. */
  where(index: Index, text: string, owner?: string): Awaitable<readonly Value[]>
  /** Of one merchant or of all, in no particular order. */
  list(owner?: string): Awaitable<readonly Value[]>
  /** How many {@link list} would give, without reading them all. */
  count(owner?: string): Awaitable<number>
  save(value: Value): Awaitable<void>
  delete(owner: string, ...key: Key): Awaitable<void>
}

/** State as one transaction sees it: its own writes, and otherwise nothing newer than its start. */
export type Transaction = {
  readonly [Name in TableName]: Repository<
    Row<Name>,
    ReturnType<Tables[Name]['key']>,
    keyof Tables[Name]['indexes'] & string
  >
}

/** Everything a store holds, in no particular order; a table that is left out is empty. */
export type World = { readonly [Name in TableName]?: readonly Row<Name>[] }

/** Keeps the state of the simulated service. */
export interface Store {
  /** What belongs to the state besides the tables. A transaction may change them, and does not undo that when it throws. */
  readonly documents: Documents
  /** What is counted for the rates. Left out: each process counts for itself. */
  readonly counters?: Counters
  /** Where exchanges are kept for all processes with this store. Left out: each process keeps its own. */
  readonly exchanges?: SharedJournal
  /**
   * Runs `work` alone: what it wrote is kept when it returns and dropped when it throws.
   *
   * `work` may run again after a conflict, so it must have no other effects. Do not open a transaction inside another.
   */
  transaction<Result>(work: (tx: Transaction) => Awaitable<Result>): Promise<Result>
  /**
   * Forgets every change since the seed, of one merchant or of all. `along` changes documents in the same step: whoever looks sees all of it
   * or nothing, and when `along` throws nothing is changed.
   */
  reset(mchid?: string, along?: DocumentsChange): Promise<void>
  /** Gives free what the store holds of the machine. Left out: nothing. */
  close?(): Promise<void>
  /** Makes a world the new seed and drops everything else, with a change of documents as in {@link reset}. */
  replace(world: World, along?: DocumentsChange): Promise<void>
}

/** One text for a key of several parts; each but the last carries its length, so that no two keys look alike. */
export function keyOf(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return parts.map((part, i) => (i === parts.length - 1 ? part : `${part.length}:${part}`)).join('')
}

/** The names of all tables. */
export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]
