import { describe, expect, test } from 'vitest'
import * as operations from '../../../src/products/payment/operations.ts'
import { orderAnswer } from '../../../src/products/payment/orders/schemas.ts'
import { refundAnswer } from '../../../src/products/payment/refunds/schemas.ts'
import type { Source } from '../../../src/protocol/sources.ts'

describe('what the models of the official SDKs have', () => {
  test.for([
    [
      orderAnswer.shape.trade_state,
      ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR', 'ACCEPT'],
    ],
    [refundAnswer.shape.status, ['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']],
    [refundAnswer.shape.channel, ['ORIGINAL', 'BALANCE', 'OTHER_BALANCE', 'OTHER_BANKCARD']],
    [refundAnswer.shape.funds_account, ['UNSETTLED', 'AVAILABLE', 'UNAVAILABLE', 'OPERATION', 'BASIC', 'ECNY_BASIC']],
  ] as const)('is what answers may have: %#', ([member, words]) => {
    expect(member.options.toSorted()).toEqual(words.toSorted())
  })
})

describe.for(Object.values(operations).map((operation) => [operation.id, operation] as const))(
  'evidence of %s',
  ([, { rules, errors }]) => {
    test('from elsewhere than its page says where from', () => {
      const facts: readonly { readonly evidence: string; readonly source?: Source | readonly Source[] }[] = [
        ...rules,
        ...Object.values(errors),
      ]
      const elsewhere = facts.filter(({ evidence }) => ['observed', 'reported', 'sibling'].includes(evidence))

      expect(elsewhere.filter(({ source }) => source === undefined)).toEqual([])
      for (const { url } of elsewhere.flatMap(({ source = [] }) => source)) expect(URL.canParse(url)).toBe(true)
    })
  },
)
