import { z } from 'zod'
import { defineThing, fact } from '../../control/things/thing.ts'
import { isSafeAddress } from '../../engine/callbacks/callback.ts'
import { defineOperation, documented, inferred, observed } from '../../engine/operation.ts'
import { instant, mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import { explainNoMerchant } from '../common/explain.ts'
import { shownInstant, text } from '../common/fields.ts'
import { because, refusal, resourceUnknown } from '../common/refusal.ts'
import { merchantUnknown, notPermitted } from './errors.ts'
import { couponSources } from './sources.ts'

const eventAddress = z
  .strictObject({
    mchid: mchid.meta({ description: 'whose events; the well-known merchant if left out' }),
    // Over the API that is always the merchant itself (corrections 13), in a seed file it may be another.
    set_by: mchid.meta({ description: 'who set it, and may read it; the merchant itself if left out' }),
    notify_url: z.string().min(10).max(256),
    update_time: instant,
  })
  .meta({ id: 'CompletedEventAddress' })

const givenEventAddress = eventAddress
  .partial({ mchid: true, set_by: true, update_time: true })
  .meta({ id: 'EventAddress', description: 'where a merchant wants its coupon events (商家券事件通知地址)' })

/** Where merchants want their coupon events: one address each. */
export const eventAddresses = defineTable({
  name: 'eventAddresses',
  title: { en: 'Event addresses', zh: '事件通知地址' },
  row: eventAddress,
  given: givenEventAddress,
  complete: ({ mchid, set_by, notify_url, update_time }, { now, defaultMchid }) => ({
    mchid: mchid ?? defaultMchid,
    set_by: set_by ?? mchid ?? defaultMchid,
    notify_url,
    update_time: update_time ?? now,
  }),
  key: [],
  sorted: { newest: { among: () => ALL, by: ({ update_time }) => descending(update_time) } },
})

/** Where a merchant wants its coupon events; `undefined` for one that has set no address. */
export async function eventAddressOf(tx: Transaction, mchid: string): Promise<string | undefined> {
  return (await tx.in(eventAddresses).find(mchid))?.notify_url
}

/** 商户号, where it may be left out. */
const callbackMchid = text({ title: '商户号', min: 8, max: 15, example: '10000098' }).optional()

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
  output: z.object({ update_time: shownInstant, notify_url: z.string(), mchid: z.string() }),

  errors: {
    url_unfit: refusal(400, 'PARAM_ERROR')(
      'documented',
      '参数错误',
      'notify_url is not https, has a query, or is no address',
      'notify_url 不是 https、带有查询串，或不是有效的地址',
      { source: couponSources.sharedErrors, internalCode: INTERNAL_CODES.parameterInvalid },
    ),
    merchant_unknown: merchantUnknown,
    not_permitted: because(
      notPermitted,
      'mchid is another merchant, even if the caller is its service provider',
      'mchid 是另一个商户，即使调用方是它的服务商',
      {
        message: '抱歉，您无权限操作目标商户',
        evidence: 'observed',
        source: [couponSources.addressOfSubMerchant, couponSources.addressOfSubMerchantStatus],
      },
    ),
  },

  rules: [
    documented('mchid is the caller if left out.'),
    documented('The address is https and has no query.'),
    inferred('An address on this machine may be http (decision 0007).'),
    inferred('A merchant has one address, the one that was set last.'),
    inferred('Checks run in the order address, merchant, right.'),
    observed(
      'A merchant sets its own address only; a service provider cannot set that of a merchant it acts for.',
      couponSources.addressOfSubMerchant,
      couponSources.addressOfSubMerchantStatus,
    ),
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
    const address = { mchid: merchant.mchid, set_by: caller.mchid, notify_url, update_time: now }
    await tx.in(eventAddresses).save(address)
    return address
  },
})

/** Whether events may be sent to an address: https, or http on this machine, without query, fragment or credentials. */
function isEventAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed || /[\s?#]/.test(url) || parsed.username !== '' || parsed.password !== '') return false
  return isSafeAddress(url)
}

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
    not_found: resourceUnknown(
      'inferred',
      '查询的资源不存在',
      'the caller never set an address for this merchant, or another has set it since',
      '调用方从未为该商户设置过通知地址，或之后已被其他商户设置',
      { internalCode: INTERNAL_CODES.parameterInvalid },
    ),
  },

  rules: [documented('mchid is the caller if left out.'), documented('Only who set an address can read it.')],

  async handle({ query: { mchid } }, { tx, caller, fail }) {
    const address = await tx.in(eventAddresses).find(mchid ?? caller.mchid)
    if (address?.set_by !== caller.mchid) {
      return fail(
        'not_found',
        address
          ? {
              en: `the address was last set by ${address.set_by}`,
              zh: `通知地址最近一次由 ${address.set_by} 设置`,
            }
          : { en: 'no address is set', zh: '没有设置通知地址' },
      )
    }
    return address
  },
})

/** Addresses for coupon events as the dashboard shows them. */
export const eventAddressThing = defineThing(eventAddresses, {
  one: { en: 'Event address', zh: '事件通知地址' },
  none: {
    en: 'No merchant has set an address for its coupon events. Set one with a call.',
    zh: '还没有商户设置事件通知地址。可以调用接口设置。',
  },
  show: eventAddresses.toJson,
  facts: [
    fact('notify_url', 'Address', '通知地址', { as: 'code', inList: 'under' }),
    fact('set_by', 'Set by', '设置方', { as: 'code' }),
    fact('update_time', 'Set', '设置时间', { as: 'time', inList: 'end' }),
  ],
})
