import type { OperationDescription } from '../../../src/engine/operation.ts'
import {
  applyFundFlowBill,
  applySharingBill,
  applySubMerchantFundFlowBill,
  applyTradeBill,
  downloadBill,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import { unfreeze, waiting } from '../../products/profit-sharing/sharing.ts'
import { cookbook, done, type Recipe } from './recipe.ts'

const YESTERDAY = '2026-11-24'
const SUB = {
  sub_mchid: '1900000102',
  bill_date: YESTERDAY,
  account_type: 'BASIC',
  algorithm: 'AEAD_AES_256_GCM',
}

const apply =
  (operation: OperationDescription, query: object = {}): Recipe =>
  async ({ merchant, clientOf, others }) => {
    await clientOf({ ...others.owner, partners: ['1900000001'] })
    return () => merchant.call(operation, { bill_date: YESTERDAY, ...query })
  }

/** At one o'clock, with an order that was paid two hours before. */
const tooEarly =
  (operation: OperationDescription, query: object = {}): Recipe =>
  async (kitchen) => {
    await kitchen.control.addOrder({ success_time: `${YESTERDAY}T23:00:00+08:00` })
    await kitchen.control.addOrder({ mchid: SUB.sub_mchid, success_time: `${YESTERDAY}T23:00:00+08:00` })
    await kitchen.control.freeze('2026-11-25T01:00:00+08:00')
    return apply(operation, query)(kitchen)
  }

export const tradeBillErrors = cookbook(applyTradeBill, {
  date_unfit: apply(applyTradeBill, { bill_date: '2026-11-25' }),
  no_statement: apply(applyTradeBill),
  creating: tooEarly(applyTradeBill),
})

export const fundBillErrors = cookbook(applyFundFlowBill, {
  date_unfit: apply(applyFundFlowBill, { bill_date: '2026-02-30' }),
  no_statement: apply(applyFundFlowBill),
  creating: tooEarly(applyFundFlowBill),
})

export const subMerchantBillErrors = cookbook(applySubMerchantFundFlowBill, {
  date_unfit: apply(applySubMerchantFundFlowBill, { ...SUB, bill_date: '2026-08-24' }),
  no_statement: apply(applySubMerchantFundFlowBill, SUB),
  creating: tooEarly(applySubMerchantFundFlowBill, SUB),
  algorithm_unsupported: apply(applySubMerchantFundFlowBill, { ...SUB, algorithm: 'SM4_GCM' }),
  not_a_partner: apply(applySubMerchantFundFlowBill, { ...SUB, sub_mchid: '1900000999' }),
})

export const sharingBillErrors = cookbook(applySharingBill, {
  date_malformed: apply(applySharingBill, { bill_date: '2026-02-30' }),
  date_unfit: apply(applySharingBill, { bill_date: '2026-08-24' }),
  no_statement: apply(applySharingBill),
  creating: async (kitchen) => {
    await kitchen.control.freeze(`${YESTERDAY}T23:00:00+08:00`)
    await waiting(kitchen.control)
    await done(kitchen.merchant.call(unfreezeOrder, unfreeze()))
    await kitchen.control.freeze('2026-11-25T01:00:00+08:00')
    return apply(applySharingBill)(kitchen)
  },
  not_a_partner: apply(applySharingBill, { sub_mchid: '1900000999' }),
})

export const downloadErrors = cookbook(downloadBill, {
  token_unfit:
    async ({ merchant }) =>
    () =>
      merchant.call(downloadBill, { token: 'sample' }),
  another_merchant: async ({ control, merchant, clientOf, others }) => {
    await control.addOrder({ success_time: `${YESTERDAY}T23:00:00+08:00` })
    const { download_url = '' } = await done<{ download_url?: string }>(
      merchant.call(applyTradeBill, { bill_date: YESTERDAY }),
    )
    const token = new URL(download_url).searchParams.get('token')
    const other = await clientOf(others.owner)
    return () => other.call(downloadBill, { token })
  },
})
