import type { Operation } from '../../../src/engine/operation.ts'
import {
  addReceiver,
  createRefund,
  createSharing,
  createSharingReturn,
  deleteReceiver,
  queryMaxRatio,
  querySharing,
  querySharingReturn,
  queryUnsplitAmount,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import {
  added,
  giveBack,
  PAYER,
  part,
  SUPPLIER,
  share,
  TRANSACTION,
  unfreeze,
  waiting,
  withName,
} from '../../products/profit-sharing/sharing.ts'
import { encrypted, KEY } from '../../products/transfer/transfers.ts'
import { cookbook, done, type Kitchen, planned, type Recipe } from './recipe.ts'

type Step = (kitchen: Kitchen) => Promise<unknown>

/** Recipes of a call that is refused after a step. */
const refused =
  (operation: Operation, usual: object) =>
  (changes: object, step: Step = async () => undefined): Recipe =>
  async (kitchen) => {
    await step(kitchen)
    return () => kitchen.merchant.call(operation, { ...usual, ...changes }, KEY)
  }

const wait: Step = ({ control }) => waiting(control)
const shared: Step = async (kitchen) => {
  await wait(kitchen)
  await done(kitchen.merchant.call(createSharing, share()))
  await kitchen.control.advance('PT1S')
}
const unfrozen: Step = async (kitchen) => {
  await wait(kitchen)
  await done(kitchen.merchant.call(unfreezeOrder, unfreeze()))
}
const unopened: Step = ({ control }) => control.addSharingAccount({ opened: false })
/** The order is one of another merchant. */
const anothers: Step = ({ control }) => waiting(control, { mchid: '1900000102' })
const pausing: Step = async (kitchen) => {
  await shared(kitchen)
  await kitchen.control.changeSettings({ rate_limit: 'on' })
  await done(kitchen.merchant.call(createSharing, share({ out_order_no: 'P9', receivers: [part(1)] })))
}
/** A merchant that lets somebody else act for it. */
const stranger: Step = ({ clientOf, others }) => clientOf(others.owner)
const OF_STRANGER = { sub_mchid: '1900000102' }

const sharing = refused(createSharing, share())
const unfreezing = refused(unfreezeOrder, unfreeze())
const returning = refused(createSharingReturn, giveBack())
const adding = refused(addReceiver, withName())
const ratio = refused(queryMaxRatio, { sub_mchid: '1900000102' })

/** How every error about profit sharing comes about. */
export const sharingErrors = [
  cookbook(createSharing, {
    no_partnership: sharing(OF_STRANGER, stranger),
    no_right: sharing({}, unopened),
    amounts_differ: sharing({ receivers: [part(999)] }, shared),
    receivers_differ: sharing({ receivers: [part(1_000, { account: '1900000110' })] }, shared),
    order_of_another_merchant: sharing({}, anothers),
    not_sharing: sharing({}, ({ control }) => waiting(control, { profit_sharing: false })),
    too_early: sharing({}, ({ control }) => waiting(control, { success_time: '2026-11-25T11:59:01+08:00' })),
    not_settled: planned(createSharing, 'not_settled', share()),
    busy: planned(createSharing, 'busy', share()),
    finished: sharing({}, unfrozen),
    too_often: sharing({ out_order_no: 'P2' }, pausing),
    receiver_twice: sharing({ receivers: [part(1), part(2)] }, wait),
    payer_is_receiver: sharing({ receivers: [part(1, { account: PAYER })], unfreeze_unsplit: true }, wait),
    receiver_unknown: sharing({ receivers: [part(1, { account: '1900000110' })] }, wait),
    name_differs: async (kitchen) => {
      await wait(kitchen)
      await kitchen.control.addSharingReceiver({ account: SUPPLIER, name: '甲公司' })
      return () =>
        kitchen.merchant.call(createSharing, share({ receivers: [part(1, { name: encrypted('乙公司') })] }), KEY)
    },
    openid_unfit: sharing(
      { appid: 'wxA', receivers: [part(1, { type: 'PERSONAL_OPENID', account: 'oStaff' })] },
      async (kitchen) => {
        await wait(kitchen)
        await kitchen.control.addUser({ openid: 'oStaff', appid: 'wxB' })
        await kitchen.control.addSharingReceiver({ type: 'PERSONAL_OPENID', account: 'oStaff' })
      },
    ),
    too_many_shares: sharing({ out_order_no: 'P51' }, ({ control }) =>
      waiting(control, {
        sharing: { shared: 50, kept: 0, failing: [], requests: 50, request_time: '2026-11-25T11:30:00+08:00' },
      }),
    ),
    not_enough: sharing({ receivers: [part(9_941)] }, wait),
    over_ratio: sharing({ receivers: [part(3_001)] }, wait),
    over_ratio_as_documented: sharing({ receivers: [part(3_001)] }, async (kitchen) => {
      await wait(kitchen)
      await kitchen.control.changeSettings({ ratio_error: 'documented' })
    }),
  }),
  cookbook(querySharing, {
    not_found: refused(querySharing, { out_order_no: 'P1', transaction_id: '42000' })({}, shared),
  }),
  cookbook(unfreezeOrder, {
    no_right: planned(unfreezeOrder, 'no_right', unfreeze()),
    no_partnership: unfreezing(OF_STRANGER, stranger),
    receivers_differ: unfreezing({ out_order_no: 'P1' }, shared),
    order_of_another_merchant: unfreezing({}, anothers),
    not_sharing: unfreezing({}),
    too_often: unfreezing({}, pausing),
    nothing_left: unfreezing({ out_order_no: 'U2' }, unfrozen),
  }),
  cookbook(queryUnsplitAmount, {
    not_found: refused(queryUnsplitAmount, { transaction_id: TRANSACTION })({}, anothers),
  }),
  cookbook(queryMaxRatio, {
    not_opened: ratio({}, unopened),
    sub_not_opened: ratio({}, async ({ control, clientOf, others }) => {
      await clientOf({ ...others.owner, partners: [PAYER] })
      await control.addSharingAccount({ mchid: '1900000102', opened: false })
    }),
    no_partnership: ratio({}, stranger),
    own_number: ratio({ sub_mchid: PAYER }),
  }),
  cookbook(createSharingReturn, {
    no_partnership: returning(OF_STRANGER, stranger),
    request_no_reused: returning({ amount: 200 }, async (kitchen) => {
      await shared(kitchen)
      await done(kitchen.merchant.call(createSharingReturn, giveBack()))
    }),
    order_not_named: returning({ out_order_no: undefined }),
    payer_returns: returning({ return_mchid: PAYER }, shared),
    share_unknown: returning({}, async (kitchen) => {
      await shared(kitchen)
      await kitchen.control.advance('P180D')
    }),
    returns_not_accepted: returning({}, async (kitchen) => {
      await shared(kitchen)
      await kitchen.control.addSharingAccount({ mchid: SUPPLIER, accepts_returns: false })
    }),
    too_many_returns: returning({ out_return_no: 'R51' }, async (kitchen) => {
      await shared(kitchen)
      for (let i = 1; i <= 50; i += 1) {
        const one = giveBack({ out_return_no: `R${i}`, amount: 1 })
        await done(kitchen.merchant.call(createSharingReturn, one))
      }
    }),
    more_than_left: returning({ out_return_no: 'R2', amount: 701 }, async (kitchen) => {
      await shared(kitchen)
      await done(kitchen.merchant.call(createSharingReturn, giveBack()))
    }),
    balance_too_low: planned(createSharingReturn, 'balance_too_low', giveBack()),
  }),
  cookbook(querySharingReturn, {
    not_found: refused(querySharingReturn, { out_return_no: 'R1', out_order_no: 'P1' })({}, shared),
  }),
  cookbook(addReceiver, {
    no_partnership: adding(OF_STRANGER, stranger),
    no_right: adding({}, unopened),
    name_differs: async (kitchen) => {
      await kitchen.clientOf(kitchen.others.owner)
      const body = added({ account: '1900000102', name: encrypted('另一家公司') })
      return () => kitchen.merchant.call(addReceiver, body, KEY)
    },
    person_differs: async ({ control, merchant }) => {
      await control.addUser({ openid: 'oStaff', real_name: '张三' })
      const body = added({ type: 'PERSONAL_OPENID', account: 'oStaff', name: encrypted('李四') })
      return () => merchant.call(addReceiver, body, KEY)
    },
    account_missing: planned(addReceiver, 'account_missing', withName()),
    busy: planned(addReceiver, 'busy', withName()),
    too_many_receivers: adding({}, async ({ control }) => {
      for (let page = 0; page < 2; page += 1) {
        const accounts = Array.from({ length: 10_000 }, (_, i) => ({
          account: String(2_000_000_000 + page * 10_000 + i),
        }))
        await control.addSharingReceivers(accounts)
      }
    }),
  }),
  cookbook(deleteReceiver, {
    no_partnership: refused(deleteReceiver, added({ relation_type: undefined }))(OF_STRANGER, stranger),
    no_right: refused(deleteReceiver, added({ relation_type: undefined }))({}, unopened),
  }),
] as const

/** A refund of more than is left of an order that was shared in part. */
export const sharedInPart: Recipe = refused(createRefund, {
  transaction_id: TRANSACTION,
  out_refund_no: 'REFUND_1',
  amount: { refund: 8_941, total: 10_000, currency: 'CNY' },
})({}, shared)
