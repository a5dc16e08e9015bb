import type { StoryContext, StoryStep } from '../../engine/product.ts'
import { jsapiPrepay } from './orders/jsapi-prepay.ts'
import { payAsUser } from './orders/pay-as-user.ts'
import { orders } from './orders/table.ts'

/** A cup of coffee is ordered inside WeChat and paid, and the shop is told. With the order's number and who pays it, for stories that go on. */
export function orderStory({ mchid, ids, appid, notifyUrl }: StoryContext) {
  const outTradeNo = `STORY_${ids.digits(10)}`
  const openid = `o${ids.letters(27)}`
  const steps: readonly StoryStep[] = [
    {
      call: {
        method: 'POST',
        path: jsapiPrepay.path,
        body: JSON.stringify({
          appid,
          mchid,
          description: '拿铁咖啡',
          out_trade_no: outTradeNo,
          notify_url: notifyUrl,
          amount: { total: 2_900, currency: 'CNY' },
          payer: { openid },
        }),
      },
    },
    {
      async happens(tx, surroundings) {
        const order = await tx.in(orders).find(mchid, outTradeNo)
        // The call before may have been refused, as the settings have it.
        if (order) await payAsUser(tx, order, {}, surroundings)
      },
    },
  ]
  return { outTradeNo, openid, steps }
}
