import { z } from 'zod'
import { defineSetting } from '../../engine/settings.ts'

/** The settings of bills. */
export const billSettings = {
  /** How long the address of a bill works, in seconds; that of a sharing bill works for 30 seconds at most. Default: 300. */
  // pay-family.md U19
  billUrlLife: defineSetting({
    name: 'billUrlLife',
    schema: z.int().min(1).max(86_400),
    default: 300,
    description: 'how long the download_url of a bill works, in seconds; that of a sharing bill works for 30 at most',
    texts: {
      en: 'how long the address of a bill works (that of a sharing bill: 30 seconds at most)',
      zh: '账单下载地址的有效时间（分账账单最多 30 秒）',
    },
    value: 'seconds',
  }),
  /** The time (交易时间) of a refund on a trade bill of all: when it was accepted, or when it succeeded if it has. Default: `accepted`. */
  // pay-family.md U18
  billRefundTime: defineSetting({
    name: 'billRefundTime',
    schema: z.enum(['accepted', 'succeeded']),
    default: 'accepted',
    description:
      'the 交易时间 of a refund on a trade bill with bill_type ALL: when it was accepted, as documented, or when it succeeded, as on a bill of 2018; it is on the bill of the day it was accepted on either way',
    texts: {
      en: 'time of a refund on a trade bill: when it was accepted, or when it succeeded',
      zh: '交易账单中退款的交易时间，取退款受理时间还是退款成功时间',
    },
    value: 'which',
  }),
  /** Whether there are sharing bills: their columns are ours, since only a spreadsheet shows them. Default: `own`. */
  // pay-family.md U20
  sharingBill: defineSetting({
    name: 'sharingBill',
    schema: z.enum(['own', 'off']),
    default: 'own',
    description:
      'whether there are bills of profit sharing, whose columns are ours since the page has them in a spreadsheet only; off answers NO_STATEMENT_EXIST',
    texts: {
      en: 'whether there are bills of profit sharing, with columns of our own',
      zh: '是否提供分账账单（列名为自拟）',
    },
    value: 'which',
  }),
}
