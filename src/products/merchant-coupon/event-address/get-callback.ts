import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { callbackMchid } from './set-callback.ts'
import { eventAddresses } from './table.ts'

/** 获取商家券事件通知地址: look at the address that was set. */
export const getCallback = defineOperation({
  id: 'getCallback',
  method: 'GET',
  path: '/v3/marketing/busifavor/callbacks',
  summary: 'Query the event address',
  title: '获取商家券事件通知地址',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_8.shtml',

  input: { query: z.strictObject({ mchid: callbackMchid }) },
  output: z.object({ notify_url: z.string(), mchid: z.string() }),

  errors: {
    not_found: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '查询的资源不存在',
      when: {
        en: 'the caller never set an address for this merchant, or another has set it since',
        zh: '调用方从未为该商户设置过通知地址，或之后已被其他商户设置',
      },
      evidence: 'inferred',
      internalCode: INTERNAL_CODES.parameterInvalid,
    },
  },

  rules: [
    { rule: 'mchid is the caller if left out.', evidence: 'documented' },
    { rule: 'Only who set an address can read it.', evidence: 'documented' },
  ],

  async handle({ query: { mchid } }, { tx, caller, fail }) {
    const address = await tx.in(eventAddresses).find(mchid ?? caller.mchid)
    if (address?.setByMchid !== caller.mchid) {
      return fail(
        'not_found',
        address
          ? {
              en: `the address was last set by ${address.setByMchid}`,
              zh: `通知地址最近一次由 ${address.setByMchid} 设置`,
            }
          : { en: 'no address is set', zh: '没有设置通知地址' },
      )
    }
    return { notify_url: address.url, mchid: address.mchid }
  },
})
