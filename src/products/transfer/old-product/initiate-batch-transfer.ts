import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { transferSources } from '../sources.ts'

/** 发起商家转账 of the product before this one (商家转账到零钱), which accounts opened since 2025-01-15 do not have. */
export const initiateBatchTransfer = defineOperation({
  id: 'initiateBatchTransfer',
  method: 'POST',
  path: '/v3/transfer/batches',
  summary: 'Transfer with the product before this one, which is refused',
  title: '发起商家转账（升级前）',
  source: transferSources.concepts.url,
  input: {},
  output: z.undefined(),
  errors: {
    product_replaced: {
      status: 403,
      code: 'NO_AUTH',
      message: '当前商户号接入升级版本功能，暂不支持使用升级前功能，请在产品中心-商家转账-前往功能查看接口文档',
      when: {
        en: 'the merchant has the new 商家转账, whose calls are those under /v3/fund-app/mch-transfer (text reported, status inferred)',
        zh: '商户开通的是升级后的商家转账，应使用 /v3/fund-app/mch-transfer 下的接口（文字来自开发者反馈，状态码为推断）',
      },
      evidence: 'reported',
      source: transferSources.noRight,
    },
  },
  rules: [
    {
      rule: 'Accounts opened since 2025-01-15 have the new product only; the mock has no other.',
      evidence: 'documented',
      source: transferSources.concepts,
    },
  ],

  async handle(_, { fail }) {
    return fail('product_replaced', {
      en: '/v3/transfer/batches is of the product before this one (商家转账到零钱): POST /v3/fund-app/mch-transfer/transfer-bills takes its place, with a call for each user',
      zh: '/v3/transfer/batches 属于升级前的产品（商家转账到零钱）：请改用 POST /v3/fund-app/mch-transfer/transfer-bills 接口，每位用户各发起一笔',
    })
  },
})
