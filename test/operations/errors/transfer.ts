import type { Operation } from '../../../src/engine/operation.ts'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  applyUserConfirmAuthorization,
  cancelTransfer,
  closeUserConfirmAuthorization,
  downloadTransferReceipt,
  downloadTransferReceiptElsewhere,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  initiateBatchTransfer,
  preTransferWithAuthorization,
  queryElecsignByNo,
  queryElecsignByOutNo,
  transferToUser,
  transferWithAuthorization,
} from '../../../src/products/operations.ts'
import { asked, encrypted, INFO, KEY, OPENID, WAYS, wanted } from '../../products/transfer/transfers.ts'
import { cookbook, done, type Kitchen, planned, type Recipe } from './recipe.ts'

const bill = wanted()

const [confirmed, asking, withoutAsking] = WAYS
const CALLS = { confirmed, asking, authorized: withoutAsking } as const

/** A user who has given the authorization that a transfer without confirmation needs. */
const prepare = async (way: keyof typeof CALLS, { control }: Kitchen) => {
  if (way === 'authorized') await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })
}

/** Recipes of the errors that every way of transferring has. */
function placeRecipes(way: keyof typeof CALLS) {
  const { operation, body } = CALLS[way]
  const call = ({ merchant }: Kitchen, changes: object = {}) =>
    merchant.call(operation as Operation, { ...body, ...changes }, KEY)
  const changed =
    (changes: () => object): Recipe =>
    async (kitchen) => {
      await prepare(way, kitchen)
      return () => call(kitchen, changes())
    }
  const after =
    (step: (kitchen: Kitchen) => Promise<unknown>, changes: object = {}): Recipe =>
    async (kitchen) => {
      await prepare(way, kitchen)
      await step(kitchen)
      return () => call(kitchen, changes)
    }
  return {
    ip_not_allowed: planned(operation, 'ip_not_allowed', body),
    merchant_abnormal: planned(operation, 'merchant_abnormal', body),
    appid_unknown: planned(operation, 'appid_unknown', body),
    name_not_verified: planned(operation, 'name_not_verified', body),
    not_opened: after(({ control }) => control.changeTransferAccount({ opened: false })),
    number_reused: after((kitchen) => done(call(kitchen)), { transfer_amount: 1_001 }),
    no_longer_repeatable: after(async (kitchen) => {
      await done(call(kitchen))
      await kitchen.control.advance('P3D')
    }),
    already_exists: after(async (kitchen) => {
      await done(call(kitchen))
      if (way !== 'authorized') await kitchen.control.confirmTransfer('T1')
    }),
    appid_unbound: async ({ clientOf, others }) => {
      const bound = await clientOf({ ...others.owner, appids: ['wx0000000000000002'] })
      return () => bound.call(operation, body, KEY)
    },
    scene_not_granted: after(({ control }) => control.changeTransferAccount({ scenes: [] })),
    report_missing: changed(() => ({ transfer_scene_report_infos: [] })),
    report_unfit: changed(() => ({ transfer_scene_report_infos: bill.transfer_scene_report_infos.slice(1) })),
    perception_unfit: changed(() => ({ user_recv_perception: '货款' })),
    amount_out_of_range: changed(() => ({ transfer_amount: 9 })),
    day_limit: after(async ({ control }) => {
      await control.changeSettings({ transfer_limits: 'live' })
      await control.addTransfer({ transfer_amount: 5_000_000 })
    }),
    month_limit: after(async ({ control }) => {
      await control.changeSettings({ transfer_limits: 'live' })
      await control.addTransfer({
        transfer_amount: 3_000_000_000,
        create_time: '2026-11-01T00:00:00+08:00',
        state: 'SUCCESS',
      })
    }),
    openid_unfit: after(({ control }) => control.addUser({ openid: OPENID, appid: 'wx0000000000000002' })),
    name_differs: async (kitchen) => {
      await prepare(way, kitchen)
      await kitchen.control.addUser({ openid: OPENID, real_name: '李四' })
      return () => call(kitchen, { user_name: encrypted('张三') })
    },
    name_missing: changed(() => ({ transfer_amount: 200_000 })),
    name_not_allowed: changed(() => ({ transfer_amount: 29, user_name: encrypted('张三') })),
    not_enough: after(({ control }) => control.changeTransferAccount({ balance: 999 })),
  } satisfies Record<string, Recipe>
}

const ask =
  (changes: object, step: (kitchen: Kitchen) => Promise<unknown> = async () => undefined): Recipe =>
  async (kitchen) => {
    await step(kitchen)
    return () => kitchen.merchant.call(applyUserConfirmAuthorization, asked(changes))
  }

const pre =
  (changes: object, step: (kitchen: Kitchen) => Promise<unknown> = async () => undefined): Recipe =>
  async (kitchen) => {
    await step(kitchen)
    return () => kitchen.merchant.call(preTransferWithAuthorization, { ...CALLS.asking.body, ...changes })
  }

const authorized =
  (changes: object, step: (kitchen: Kitchen) => Promise<unknown> = async () => undefined): Recipe =>
  async (kitchen) => {
    await step(kitchen)
    return () => kitchen.merchant.call(transferWithAuthorization, { ...CALLS.authorized.body, ...changes })
  }

const given = ({ control }: Kitchen) => control.addTransferAuthorization({ out_authorization_no: 'A1', openid: OPENID })

const fiveGiven = ({ control }: Kitchen) =>
  control.addTransferAuthorizations(
    ['B1', 'B2', 'B3', 'B4', 'B5'].map((out_authorization_no) => ({ out_authorization_no, openid: OPENID })),
  )

const refusedFor =
  (operation: Operation, input: Record<string, unknown>, step?: (kitchen: Kitchen) => Promise<unknown>): Recipe =>
  async (kitchen) => {
    await step?.(kitchen)
    return () => kitchen.merchant.call(operation, input)
  }

const old = ({ control }: Kitchen) =>
  control.addTransfer({
    out_bill_no: 'T1',
    transfer_bill_no: '1330',
    state: 'SUCCESS',
    user_name: '张三',
    create_time: '2026-05-01T00:00:00+08:00',
  })

function applyRecipes(operation: Operation, input: Record<string, unknown>) {
  const of = (transfer: object): Recipe =>
    refusedFor(operation, input, ({ control }) =>
      control.addTransfer({ out_bill_no: 'T1', transfer_bill_no: '1330', ...transfer }),
    )
  return {
    bill_unknown: refusedFor(operation, input),
    not_transferred: of({ user_name: '张三' }),
    without_name: of({ state: 'SUCCESS' }),
    too_old: refusedFor(operation, input, old),
  }
}

/** How every error about transfers comes about. */
export const transferErrors = [
  cookbook(transferToUser, {
    ...placeRecipes('confirmed'),
    url_unfit: refusedFor(transferToUser, { ...CALLS.confirmed.body, notify_url: 'http://shop.example.com/n' }),
    red_packet_unfit: refusedFor(transferToUser, {
      ...CALLS.confirmed.body,
      transfer_scene_id: '1009',
      transfer_scene_report_infos: [{ info_type: '采购商品名称', info_content: '苹果' }],
      user_recv_style: { type: 'RED_PACKET' },
    }),
  }),
  cookbook(preTransferWithAuthorization, {
    ...placeRecipes('asking'),
    url_unfit: pre({ notify_url: 'http://shop.example.com/n' }),
    display_name_unfit: pre({ authorization_info: { ...INFO, user_display_name: '😀' } }),
    authorization_unfit: pre({}, ({ control }) =>
      control.addTransferAuthorization({ out_authorization_no: 'A1', authorize_time: null }),
    ),
    authorization_differs: pre({ openid: 'oOther' }, given),
    limit_reached: pre({}, fiveGiven),
  }),
  cookbook(transferWithAuthorization, {
    ...placeRecipes('authorized'),
    notify_url_given: authorized({ notify_url: 'https://shop.example.com/n' }),
    order_closed: authorized({}, async (kitchen) => {
      await given(kitchen)
      const { control, merchant } = kitchen
      await done(merchant.call(transferWithAuthorization, CALLS.authorized.body))
      const [made] = (await control.world()).transfers
      const { create_time: time } = await control.transfer('T1')
      const end = { by: 'wechat', time, settle_time: time, fail_reason: 'ACCOUNT_FROZEN' } as const
      await control.addTransfer({ ...made, end })
    }),
    user_abnormal: authorized({}, async (kitchen) => {
      await given(kitchen)
      await kitchen.control.addUser({ openid: OPENID, real_name: null })
    }),
    authorization_not_named: authorized({ out_authorization_no: undefined }),
    authorization_unfit: authorized({}),
    authorization_differs: authorized({ appid: 'wx0000000000000002' }, given),
  }),
  cookbook(getTransferBillByOutNo, {
    not_found: refusedFor(getTransferBillByOutNo, { out_bill_no: 'T1' }, old),
    other_product: planned(getTransferBillByOutNo, 'other_product', { out_bill_no: 'T1' }),
  }),
  cookbook(getTransferBillByNo, {
    not_found: refusedFor(getTransferBillByNo, { transfer_bill_no: '1331' }, old),
    other_product: planned(getTransferBillByNo, 'other_product', { transfer_bill_no: '1331' }),
  }),
  cookbook(cancelTransfer, {
    not_found: refusedFor(cancelTransfer, { out_bill_no: 'T1' }),
    not_cancellable: refusedFor(cancelTransfer, { out_bill_no: 'T1' }, ({ control }) =>
      control.addTransfer({ out_bill_no: 'T1', state: 'SUCCESS' }),
    ),
  }),
  cookbook(acceptElecsignByOutNo, applyRecipes(acceptElecsignByOutNo, { out_bill_no: 'T1' })),
  cookbook(acceptElecsignByNo, applyRecipes(acceptElecsignByNo, { transfer_bill_no: '1330' })),
  cookbook(queryElecsignByOutNo, { not_found: refusedFor(queryElecsignByOutNo, { out_bill_no: 'T1' }, old) }),
  cookbook(queryElecsignByNo, { not_found: refusedFor(queryElecsignByNo, { transfer_bill_no: '1330' }, old) }),
  cookbook(downloadTransferReceipt, { address_dead: refusedFor(downloadTransferReceipt, { token: 'x' }) }),
  cookbook(downloadTransferReceiptElsewhere, {
    address_dead: refusedFor(downloadTransferReceiptElsewhere, { token: 'x' }),
  }),
  cookbook(applyUserConfirmAuthorization, {
    not_opened: ask({}, ({ control }) => control.changeTransferAccount({ opened: false })),
    url_unfit: ask({ authorization_notify_url: 'http://shop.example.com/a' }),
    display_name_unfit: ask({ user_display_name: '😀' }),
    number_reused: ask({ user_display_name: '李四' }, ({ merchant }) =>
      done(merchant.call(applyUserConfirmAuthorization, asked())),
    ),
    not_waiting: ask({}, async ({ merchant, control }) => {
      await done(merchant.call(applyUserConfirmAuthorization, asked()))
      await control.closeTransferAuthorization('A1')
    }),
    appid_unbound: async ({ clientOf, others }) => {
      const bound = await clientOf({ ...others.owner, appids: ['wx0000000000000002'] })
      return () => bound.call(applyUserConfirmAuthorization, asked())
    },
    scene_not_granted: ask({ transfer_scene_id: '1006' }),
    perception_unfit: ask({ user_recv_perception: '货款' }),
    openid_unfit: ask({}, ({ control }) => control.addUser({ openid: OPENID, appid: 'wx0000000000000002' })),
    limit_reached: ask({}, fiveGiven),
  }),
  cookbook(getUserConfirmAuthorization, {
    not_found: refusedFor(getUserConfirmAuthorization, { out_authorization_no: 'A1' }, ({ control }) =>
      control.addTransferAuthorization({
        out_authorization_no: 'A1',
        authorize_time: null,
        create_time: '2026-10-01T00:00:00+08:00',
      }),
    ),
  }),
  cookbook(closeUserConfirmAuthorization, {
    not_found: refusedFor(closeUserConfirmAuthorization, { out_authorization_no: 'A1' }),
  }),
  cookbook(initiateBatchTransfer, { product_replaced: refusedFor(initiateBatchTransfer, { out_batch_no: 'B1' }) }),
] as const
