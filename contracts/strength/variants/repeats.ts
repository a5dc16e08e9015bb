import { requests } from '../../../src/engine/state/request-numbers.ts'
import { type Variant, withTable } from '../variant.ts'

/** Text fields of a request. */
type Sent = Readonly<Record<'stock_id' | 'coupon_code' | 'out_trade_no', string>>

/** A call that may be repeated. */
interface Repeated {
  readonly id: string
  readonly verb: string
  /** Part of a finding about a repeated request. */
  readonly again: string
}

/** A call with a request number. */
interface Repeatable extends Repeated {
  /** About a request whose number was used by an earlier request to the server itself. */
  readonly made: string
  /** About a request whose number was used with other values. */
  readonly other: string
  /** About a request whose number was used for another order. */
  readonly otherOrder?: string
  /** Values that a number stays tied to. */
  readonly valuesOf: (sent: Sent, mchid: string) => string[]
}

const linkValues = ({ stock_id, coupon_code, out_trade_no }: Sent) => [stock_id, coupon_code, out_trade_no]

const CALLS: readonly Repeatable[] = [
  {
    id: 'associateTradeInfo',
    verb: 'associate',
    again: 'the same request to link a coupon again: ',
    made: 'a request to link a coupon with the number of a request that linked another: ',
    other: 'a request to link a coupon with a request number that was used with other values: ',
    otherOrder: 'a request to link a coupon with a request number that was used for another order: ',
    valuesOf: linkValues,
  },
  {
    id: 'disassociateTradeInfo',
    verb: 'disassociate',
    again: 'the same request to take the link of a coupon away again: ',
    made: 'a request to take the link of a coupon away that did so before: ',
    other: 'a request to take the link of a coupon away with a request number that was used with other values: ',
    otherOrder: 'a request to take the link of a coupon away with a request number that was used for another order: ',
    valuesOf: linkValues,
  },
  {
    id: 'useCoupon',
    verb: 'use',
    again: 'the same request to redeem a coupon again: ',
    made: 'a request to redeem a coupon with the number of a request that redeemed another: ',
    other: 'a request to redeem a coupon with the number of a request that redeemed another: ',
    valuesOf: ({ stock_id, coupon_code }, mchid) => [mchid, stock_id, coupon_code],
  },
]

/** Calls that are not part of the shop's contract. */
const OTHER_CALLS: readonly Repeated[] = [
  { id: 'returnCoupon', verb: 'return', again: 'the same request to give a coupon back again: ' },
  { id: 'deactivateCoupon', verb: 'deactivate', again: 'the same request to make a coupon void again: ' },
]

const newTime = ({ id, verb, again }: Repeated): Variant =>
  withTable(
    { name: `${verb}: repeated number answered with a new time`, caughtBy: again },
    id,
    requests,
    (repository, { now }) => ({
      find: async (...key) => {
        const record = await repository.find(...key)
        return record && { ...record, time: now }
      },
    }),
  )

const refused = ({ id, verb, again }: Repeated): Variant =>
  withTable({ name: `${verb}: repeated number refused`, caughtBy: again }, id, requests, (repository, { fail }) => ({
    find: async (...key) => ((await repository.find(...key)) ? fail('request_no_reused') : undefined),
  }))

const forgotten = ({ id, verb, made }: Repeatable): Variant =>
  withTable({ name: `${verb}: request numbers not remembered`, caughtBy: made }, id, requests, () => ({
    save: () => {},
  }))

/** Accepts a used number with any values. */
const reused = ({ id, verb, other, valuesOf }: Repeatable): Variant =>
  withTable(
    { name: `${verb}: number reused with other values accepted`, caughtBy: other },
    id,
    requests,
    (repository, { caller }, { body }) => ({
      find: async (...key) => {
        const record = await repository.find(...key)
        return record && { ...record, values: valuesOf(body as Sent, caller.mchid) }
      },
    }),
  )

/** Accepts a used number for the same coupon with any order. */
const reusedForOrder = ({ id, verb, otherOrder: caughtBy }: Repeatable): readonly Variant[] =>
  caughtBy === undefined
    ? []
    : [
        withTable(
          { name: `${verb}: number reused for another order accepted`, caughtBy },
          id,
          requests,
          (repository, _, { body }) => ({
            find: async (...key) => {
              const record = await repository.find(...key)
              return record && { ...record, values: [...record.values.slice(0, 2), (body as Sent).out_trade_no] }
            },
          }),
        ),
      ]

/** Servers whose request numbers do not do their job. */
export const brokenRepeats: readonly Variant[] = [
  ...CALLS.flatMap((call) => [newTime(call), refused(call), forgotten(call), reused(call), ...reusedForOrder(call)]),
  ...OTHER_CALLS.flatMap((call) => [newTime(call), refused(call)]),
  withTable(
    {
      name: 'disassociate: number that linked taken for a repeat',
      caughtBy: 'a request to take the link of a coupon away with the number that made it: ',
    },
    'disassociateTradeInfo',
    requests,
    (repository) => ({
      find: async (owner, operation, number) =>
        (await repository.find(owner, operation, number)) ?? repository.find(owner, 'associateTradeInfo', number),
    }),
  ),
]
