import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { EVENT_ADDRESS_UNFIT, explainEventAddress, isEventAddress } from '../common/event-address.ts'
import { fromPage, parameterUnfit } from '../common/refusal.ts'
import { couponAddresses, couponAddressOf } from './product-coupons.ts'
import { BRAND_REFUSALS, checkOpened } from './request-facts.ts'

/** 设置商品券事件通知地址: say where the events of product coupons are sent to. */
export const setProductCouponAddress = documentedCall('POST /v3/marketing/partner/product-coupon/notify-configs', {
  id: 'setProductCouponAddress',
  summary: 'Set the event address for product coupons',
  fields: { 'body/notify_url': { example: 'https://www.example.com/notify' } },
  refusals: { ...BRAND_REFUSALS, url_unfit: parameterUnfit(EVENT_ADDRESS_UNFIT) },
  rules: [
    documented('A partner has one address for the events of all its brands; the last one that was set counts.'),
    documented('The address is https and has no query.'),
    inferred('An address on this machine may be http (decision 0007).'),
  ],
  async handle({ body: { notify_url } }: { body: { notify_url: string } }, context) {
    const { tx, now, caller, fail } = context
    checkOpened(context)
    if (!isEventAddress(notify_url)) return fail('url_unfit', explainEventAddress(notify_url))
    const address = { mchid: caller.mchid, notify_url, update_time: now }
    await tx.in(couponAddresses).save(address)
    return address
  },
})

/** 获取商品券事件通知地址: look at the address that was set. */
export const queryProductCouponAddress = documentedCall('GET /v3/marketing/partner/product-coupon/notify-configs', {
  id: 'queryProductCouponAddress',
  summary: 'Query the event address for product coupons',
  refusals: {
    ...BRAND_REFUSALS,
    not_set: fromPage('404 NOT_FOUND', { en: 'the caller has set no address', zh: '调用方没有设置过通知地址' }),
  },
  rules: [documented('A partner sees its own address, that of the events of all its brands.')],
  async handle(_: object, context) {
    const { tx, caller, fail } = context
    checkOpened(context)
    return (
      (await couponAddressOf(tx, caller.mchid)) ??
      fail('not_set', { en: `${caller.mchid} has set no address`, zh: `${caller.mchid} 没有设置过通知地址` })
    )
  },
})
