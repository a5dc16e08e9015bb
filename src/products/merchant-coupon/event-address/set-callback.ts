import { z } from 'zod'
import { isSafeAddress } from '../../../engine/callbacks/callback-host.ts'
import { defineOperation } from '../../../engine/operation.ts'
import { INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { explainNoMerchant } from '../../common/explain.ts'
import { text, wireInstant } from '../../common/fields.ts'
import { merchantUnknown, notPermitted } from '../errors.ts'
import { couponSources } from '../sources.ts'
import { eventAddresses } from './table.ts'

/** 商户号, where it may be left out. */
export const callbackMchid = text({ title: '商户号', min: 8, max: 15, example: '10000098' }).optional()

/** 设置商家券事件通知地址: say where coupon events are sent to. */
export const setCallback = defineOperation({
  id: 'setCallback',
  method: 'POST',
  path: '/v3/marketing/busifavor/callbacks',
  summary: 'Set the event address',
  title: '设置商家券事件通知地址',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_7.shtml',

  input: {
    body: z.strictObject({
      mchid: callbackMchid,
      notify_url: text({ title: '通知URL地址', min: 10, max: 256, example: 'https://pay.weixin.qq.com' }),
    }),
  },
  output: z.object({ update_time: wireInstant, notify_url: z.string(), mchid: z.string() }),

  errors: {
    url_unfit: {
      status: 400,
      code: 'PARAM_ERROR',
      message: '参数错误',
      when: {
        en: 'notify_url is not https, has a query, or is no address',
        zh: 'notify_url 不是 https、带有查询串，或不是有效的地址',
      },
      evidence: 'documented',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.parameterInvalid,
    },
    merchant_unknown: merchantUnknown,
    not_permitted: {
      ...notPermitted,
      message: '抱歉，您无权限操作目标商户',
      when: {
        en: 'mchid is another merchant, even if the caller is its service provider',
        zh: 'mchid 是另一个商户，即使调用方是它的服务商',
      },
      evidence: 'observed',
      source: [couponSources.addressOfSubMerchant, couponSources.addressOfSubMerchantStatus],
    },
  },

  rules: [
    { rule: 'mchid is the caller if left out.', evidence: 'documented' },
    { rule: 'The address is https and has no query.', evidence: 'documented' },
    { rule: 'An address on this machine may be http (decision 0007).', evidence: 'inferred' },
    { rule: 'A merchant has one address, the one that was set last.', evidence: 'inferred' },
    { rule: 'Checks run in the order address, merchant, right.', evidence: 'inferred' },
    {
      rule: 'A merchant sets its own address only; a service provider cannot set that of a merchant it acts for.',
      evidence: 'observed',
      source: [couponSources.addressOfSubMerchant, couponSources.addressOfSubMerchantStatus],
    },
  ],

  async handle({ body: { mchid, notify_url } }, { tx, now, caller, merchantOf, fail }) {
    const merchant = mchid === undefined ? caller : merchantOf(mchid)
    if (!isEventAddress(notify_url)) {
      const given = JSON.stringify(notify_url)
      return fail('url_unfit', {
        en: `/body/notify_url: https, or http on this machine, without query, fragment and password; got ${given}`,
        zh: `/body/notify_url：应为 https，或本机的 http，且不含查询串、片段和密码，传入的是 ${given}`,
      })
    }
    if (!merchant) return fail('merchant_unknown', explainNoMerchant(mchid))
    if (merchant.mchid !== caller.mchid) {
      return fail('not_permitted', {
        en: `${caller.mchid} sets its own address only; ${merchant.mchid} has to set it itself`,
        zh: `${caller.mchid} 只能设置自己的通知地址；${merchant.mchid} 须自行设置`,
      })
    }
    await tx.in(eventAddresses).save({
      mchid: merchant.mchid,
      setByMchid: caller.mchid,
      url: notify_url,
      updatedAt: now,
    })
    return { update_time: formatInstant(now), notify_url, mchid: merchant.mchid }
  },
})

/** Whether events may be sent to an address: https, or http on this machine, without query, fragment or credentials. */
function isEventAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed || /[\s?#]/.test(url) || parsed.username !== '' || parsed.password !== '') return false
  return isSafeAddress(url)
}
