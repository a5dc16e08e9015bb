import { z } from 'zod'
import {
  EVENT_ADDRESS_UNFIT,
  explainEventAddress,
  isEventAddress,
  shownInstant,
  shownText,
  text,
} from '../../catalogue/fields.ts'
import { defineThing, fact } from '../../control/things/thing.ts'
import { defineEvent } from '../../engine/callbacks/event.ts'
import { defineOperation, documented, inferred, observed } from '../../engine/operation.ts'
import { instant, mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { explainNoMerchant } from '../common/explain.ts'
import { because, refusal, resourceUnknown } from '../common/refusal.ts'
import { shownCouponCode, shownStockId } from './answer-schemas.ts'
import { type Coupon, coupons } from './coupons.ts'
import { merchantUnknown, notPermitted } from './errors.ts'
import { couponSources } from './sources.ts'

const eventAddress = z
  .strictObject({
    mchid: mchid.describe('whose events; the well-known merchant if left out'),
    // Over the API that is always the merchant itself (corrections 13), in a seed file it may be another.
    set_by: mchid.describe('who set it, and may read it; the merchant itself if left out'),
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
    url_unfit: refusal(400, 'PARAM_ERROR')('documented', '参数错误', {
      ...EVENT_ADDRESS_UNFIT,
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
    merchant_unknown: merchantUnknown,
    not_permitted: because(notPermitted, {
      en: 'mchid is another merchant, even if the caller is its service provider',
      zh: 'mchid 是另一个商户，即使调用方是它的服务商',
      message: '抱歉，您无权限操作目标商户',
      evidence: 'observed',
      source: [couponSources.addressOfSubMerchant, couponSources.addressOfSubMerchantStatus],
    }),
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
    if (!isEventAddress(notify_url)) return fail('url_unfit', explainEventAddress(notify_url))
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
    not_found: resourceUnknown('inferred', '查询的资源不存在', {
      en: 'the caller never set an address for this merchant, or another has set it since',
      zh: '调用方从未为该商户设置过通知地址，或之后已被其他商户设置',
      internalCode: INTERNAL_CODES.parameterInvalid,
    }),
  },
  rules: [documented('mchid is the caller if left out.'), documented('Only who set an address can read it.')],
  async handle({ query: { mchid } }, { tx, caller, fail }) {
    const address = await tx.in(eventAddresses).find(mchid ?? caller.mchid)
    if (address?.set_by !== caller.mchid) {
      return fail(
        'not_found',
        address
          ? { en: `the address was last set by ${address.set_by}`, zh: `通知地址最近一次由 ${address.set_by} 设置` }
          : { en: 'no address is set', zh: '没有设置通知地址' },
      )
    }
    return address
  },
})

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

/** Ways in which a coupon reaches a user, without `BUSICOUPON_SEND_CHANNEL_` (busifavor.md 7; older sources spell MEMBER_CARD_ACT). */
export const SEND_CHANNELS = [
  'MINIAPP',
  'API',
  'PAYGIFT',
  'H5',
  'FTOF',
  'MEMBERCARD_ACT',
  'MEMBER_CARD_ACT',
  'HALL',
  'JSAPI',
  'MINI_APP_LIVE',
  'WECHAT_SEARCH',
  'PAY_HAS_DISCOUNT',
  'WECHAT_AD',
  'RIGHTS_PLATFORM',
  'RECEIVE_MONEY_GIFT',
  'MEMBER_PAY_RIGHT',
  'BUSI_SMART_RETAIL',
  'FINDER_LIVEROOM',
] as const

type SendChannel = (typeof SEND_CHANNELS)[number]

/** e.g. `transaction_id` and `act_code` of 支付有礼 */
type AttachInfo = Readonly<Record<string, string | number>>

/** Members in the order of the live service. */
const resource = z
  .object({
    event_type: z.literal('EVENT_TYPE_BUSICOUPON_SEND'),
    coupon_code: shownCouponCode,
    stock_id: shownStockId,
    send_time: shownInstant,
    openid: shownText({ max: 128 }).optional().describe('empty without notify_appid'),
    unionid: shownText({ max: 128 }).optional(),
    send_channel: z.enum(SEND_CHANNELS.map((channel) => `BUSICOUPON_SEND_CHANNEL_${channel}` as const)),
    send_merchant: shownText({ min: 1, max: 32 }),
    attach_info: z
      .union([
        shownText({ max: 0 }),
        z.object({
          transaction_id: z.string().optional(),
          act_code: z.string().optional(),
          hall_code: z.string().optional(),
          hall_belong_mch_id: z.union([z.int(), z.string()]).optional(),
          card_id: z.string().optional(),
          code: z.string().optional(),
          activity_id: z.string().optional(),
        }),
      ])
      .optional()
      .describe('an empty text where the channel tells nothing more'),
    send_req_no: z.string().optional().describe('seen in a live callback, in no document'),
  })
  .meta({ id: 'CouponSendEvent' })

/** The content of a COUPON.SEND callback (领券事件回调通知). */
export type CouponSendEvent = Required<Omit<z.input<typeof resource>, 'attach_info'>> & {
  readonly attach_info: AttachInfo | ''
}

/** The part of a coupon that the event tells. */
type Sent = Pick<Coupon, 'coupon_code' | 'stock_id' | 'receive_time' | 'send_merchant' | 'send_request_no'>

/**
 * The plaintext of the event for one coupon (busifavor.md 7).
 *
 * @param told `openid` is empty without `notify_appid`, `unionid` where it is not known
 */
export function couponSendEvent(
  coupon: Sent,
  told: { openid: string; unionid: string; send_channel: SendChannel; attach_info?: AttachInfo | undefined },
): CouponSendEvent {
  const encoded = z.encode(resource, {
    ...coupon,
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    send_time: coupon.receive_time,
    openid: told.openid,
    unionid: told.unionid,
    send_channel: `BUSICOUPON_SEND_CHANNEL_${told.send_channel}`,
    attach_info: '',
    send_req_no: coupon.send_request_no,
  })
  // A channel may tell more than the documents name; the others send an empty text (observed).
  return { ...encoded, attach_info: told.attach_info ?? '' } as CouponSendEvent
}

/** 领券事件: a user received a coupon. */
export const couponSend = defineEvent<Coupon>({
  id: 'couponSend',
  eventType: 'COUPON.SEND',
  label: { en: 'a user received a coupon', zh: '领券事件' },
  description: 'A user received a coupon; every minute, 11 times in all, until it is answered with 200 or 204',
  title: '领券事件回调通知',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/merchant-exclusive-coupon/coupon/coupon-send-notify.html',
  summary: '商家券领券通知',
  originalType: 'coupon',
  associatedData: 'coupon',
  schedule: 'coupon',
  resource,
  find: async (tx, mchid) => ({
    url: await eventAddressOf(tx, mchid),
    about: (await tx.in(coupons).page('newest', ALL, { owner: mchid, limit: 1 }))[0],
  }),
  sample({ mchid, now, ids }, coupon) {
    const sent = coupon ?? {
      coupon_code: ids.digits(22),
      stock_id: ids.digits(16),
      receive_time: now,
      openid: `o${ids.letters(27)}`,
      send_merchant: mchid,
      send_request_no: `SEND_${ids.digits(12)}`,
    }
    return couponSendEvent(sent, { openid: sent.openid, unionid: '', send_channel: 'MINIAPP' })
  },
})
