import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { requests } from '../../../engine/state/request-numbers.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { replay } from '../../../shared/request-record.ts'
import { explainAppid, mayUseAppid } from '../../common/appid.ts'
import { byTheClock, explainReuse } from '../../common/explain.ts'
import { instant, requestNo, text } from '../../common/fields.ts'
import { belongsToAppid, explainOpenid, findUsers } from '../../platform/index.ts'
import { appidUnbound, openidOfAnotherAppid, requestNoReused } from '../errors.ts'

const DAY = 86_400_000
const CODE_DIGITS = 12

/** 发放消费卡: send a consumption card, another product on the same prefix. */
export const sendGovCard = defineOperation({
  id: 'sendGovCard',
  method: 'POST',
  path: '/v3/marketing/busifavor/coupons/{card_id}/send',
  summary: 'Send a consumption card',
  title: '发放消费卡',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/marketing/coupons/chapter3_1.shtml',

  input: {
    path: z.object({ card_id: text({ title: '消费卡ID', max: 32, example: 'pIJMr5MMiIkO_93VtPyIiEk2DZ4w' }) }),
    body: z.strictObject({
      appid: text({ title: '消费卡归属appid', max: 32, example: 'wxc0b84a53ed8e8d29' }),
      openid: text({ title: '用户openid', max: 128, example: 'obLatjhnqgy2syxrXVM3MJirbkdI' }),
      out_request_no: requestNo('商户单据号'),
      send_time: instant({ title: '请求发卡时间', example: '2026-11-25T12:00:00+08:00' }),
    }),
  },
  output: z.object({ card_code: z.string() }),

  errors: {
    send_time_past: {
      ...commonErrors.parameter_invalid,
      when: {
        en: 'send_time is more than 24 hours back (rule documented, answer inferred)',
        zh: 'send_time 早于 24 小时之前（规则见文档，应答为推断）',
      },
      evidence: 'inferred',
    },
    appid_unbound: {
      ...appidUnbound,
      when: { en: 'the appid is not bound to the caller', zh: '该 appid 未与调用方绑定' },
      evidence: 'sibling',
    },
    openid_of_another_appid: { ...openidOfAnotherAppid, evidence: 'sibling' },
    request_no_reused: requestNoReused,
  },

  rules: [
    { rule: 'out_request_no together with send_time names the sending.', evidence: 'documented' },
    { rule: 'A send_time more than 24 hours back is refused.', evidence: 'documented' },
    { rule: 'The same sending with the same values is answered with the same card_code.', evidence: 'inferred' },
    { rule: 'Any card_id exists: card templates belong to another product.', evidence: 'inferred' },
    { rule: 'A send_time that is still to come is taken.', evidence: 'inferred' },
    {
      rule: 'Checks run in the order send_time, appid, user, sending: a repeat more than 24 hours after send_time is refused, too.',
      evidence: 'inferred',
    },
  ],

  async handle({ path, body }, { tx, now, caller, ids, fail }) {
    const { appid, openid, out_request_no, send_time } = body
    if (now - send_time > DAY) {
      const clock = byTheClock(now)
      return fail('send_time_past', {
        en: `send_time ${formatInstant(send_time)} is more than a day ago; ${clock.en}`,
        zh: `send_time ${formatInstant(send_time)} 已超过一天；${clock.zh}`,
      })
    }
    if (!mayUseAppid(appid, [caller])) return fail('appid_unbound', explainAppid(appid, [caller]))
    const users = await findUsers(tx, openid, [caller.mchid])
    if (!belongsToAppid(users, appid)) return fail('openid_of_another_appid', explainOpenid(openid, appid, users))

    const key = JSON.stringify([out_request_no, new Date(send_time).toISOString()])
    const values = [path.card_id, appid, openid]
    const record = await tx.in(requests).find(caller.mchid, 'sendGovCard', key)
    const repeated = replay(record, values)
    if (!repeated.ok) return fail(repeated.reason, explainReuse(out_request_no, record, values))
    if (repeated.value?.result !== undefined) return { card_code: repeated.value.result }
    const card_code = ids.digits(CODE_DIGITS)
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'sendGovCard',
      requestNo: key,
      values,
      at: now,
      result: card_code,
    })
    return { card_code }
  },
})
