import type { WireRequest, WireResponse } from '../../../src/engine/http-message.ts'
import { requests } from '../../../src/engine/state/request-numbers.ts'
import { type Coupon, coupons, TRACES, without } from '../../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo } from '../../../src/products/operations.ts'
import { CHINA_OFFSET } from '../../../src/wire/shared/china-time.ts'
import { corrected, repaired } from '../repair.ts'
import { carriedOutAgain, keeping, type Members, type Variant, withHandle, withOperation } from '../variant.ts'

const SHOWN = 'a query of a coupon that requests linked and redeemed: '
const REDEEMED = 'a request to redeem a coupon that another request redeemed: '

const GIVEN_BACK = 'a query of a coupon that was redeemed anew before a request to give it back came again: '

const nothing = () => undefined
/** A request to link the coupon of conformance. */
const LINK = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}

/** Refuses to link a coupon with a status, and does so all the same, as if the request had other values. */
const refusedAndDone = (name: string, description: string, refused: number, values: Members = {}): Variant =>
  withHandle(
    { name: `associate: ${name}`, caughtBy: `${description}: It was refused with ${refused}, and changed something` },
    (handle, clock) => async (request) => {
      const answer = await handle(request)
      if (request.target === associateTradeInfo.path && answer.status === refused) {
        const body = Buffer.from(JSON.stringify({ ...LINK, ...values }))
        await handle(await corrected({ ...request, body }, clock))
      }
      return answer
    },
  )

/** Answers with another time of the coupon than that of the request. */
const timed = (name: string, caughtBy: string, id: string, member: string, timeOf: (coupon: Coupon) => unknown) =>
  withOperation({ name, caughtBy }, id, ({ handle }) => ({
    async handle(input, context) {
      const { coupon_code } = input.body as typeof LINK
      const [coupon] = await context.tx.in(coupons).where('coupon_code', coupon_code)
      const answer = await handle(input, context)
      const time = coupon && timeOf(coupon)
      return time === undefined ? answer : { ...(answer as Members), [member]: time }
    },
  }))

/** Remembers requests that were refused beside the mock, so that what the mock holds does not show it, and answers later calls by them. */
const remembering = (
  name: string,
  caughtBy: string,
  change: (answer: WireResponse, refused: readonly Members[], request: WireRequest) => Members | undefined,
): Variant =>
  withHandle({ name: `associate: ${name}`, caughtBy }, (handle) => {
    const refused: Members[] = []
    return async (request) => {
      const answer = await handle(request)
      const isLink = request.target === associateTradeInfo.path
      if (isLink && answer.status >= 400 && request.body.length > 0) refused.push(membersOf(request))
      const changed = answer.status === 200 ? change(answer, refused, request) : undefined
      if (!changed) return answer
      const status = 'code' in changed ? 400 : 200
      return repaired({ ...answer, status, body: Buffer.from(JSON.stringify(changed)) })
    }
  })

const membersOf = ({ body }: Pick<WireRequest, 'body'>) => JSON.parse(Buffer.from(body).toString('utf8')) as Members

/** Calls that are answered as they have to be, and do not do what they say. */
export const brokenEffects: readonly Variant[] = [
  timed(
    'associate: answered with the time at which the coupon was received',
    'a request to link a coupon that was received the day before: ',
    'associateTradeInfo',
    'wechatpay_associate_time',
    ({ receive_time }) => receive_time,
  ),
  timed(
    'disassociate: answered with the time of the link',
    'a request to take a link away that was made the day before: ',
    'disassociateTradeInfo',
    'wechatpay_disassociate_time',
    ({ associate_time }) => associate_time,
  ),
  keeping('return: coupon stays used', 'a query of a coupon that was given back: ', 'returnCoupon', coupons, nothing),
  keeping(
    'deactivate: coupon stays usable',
    'a query of a coupon that a request made void: ',
    'deactivateCoupon',
    coupons,
    nothing,
  ),
  keeping('associate: link not kept', SHOWN, 'associateTradeInfo', coupons, nothing),
  keeping('associate: another order kept', SHOWN, 'associateTradeInfo', coupons, (coupon) =>
    coupon.associate_out_trade_no === undefined
      ? coupon
      : { ...coupon, associate_out_trade_no: coupon.associate_request_no },
  ),
  keeping(
    'disassociate: link not removed',
    'a request to link a coupon to another order once its link was taken away: ',
    'disassociateTradeInfo',
    coupons,
    nothing,
  ),
  refusedAndDone('done although it is not signed', 'a request to link a coupon', 401),
  refusedAndDone('done although a field is missing', 'a request to link a coupon with no stock_id', 400),
  refusedAndDone(
    'done with another number than the one that was used',
    'a request to link a coupon with a request number that was used with other values',
    400,
    { out_request_no: 'R-OTHER' },
  ),
  remembering(
    'order shown although it was refused',
    'a query of a coupon that refused requests were to link: It has associate_out_trade_no',
    (answer, [latest]) => {
      const shown = membersOf(answer)
      return latest && 'coupon_state' in shown ? { associate_out_trade_no: latest.out_trade_no, ...shown } : undefined
    },
  ),
  remembering(
    'number refused since it was refused before',
    'a request to link a coupon with the number of requests that were refused: ',
    (_, refused, request) =>
      request.target === associateTradeInfo.path &&
      refused.some(({ out_request_no }) => out_request_no === membersOf(request).out_request_no)
        ? { code: 'INVALID_REQUEST', message: '请求单号已被使用' }
        : undefined,
  ),
  keeping('use: coupon stays usable', REDEEMED, 'useCoupon', coupons, nothing),
  keeping(
    'use: time kept as that of London',
    'a query of a coupon that was redeemed a moment ago: ',
    'useCoupon',
    coupons,
    ({ use_time, ...coupon }) => ({ ...coupon, ...(use_time !== undefined && { use_time: use_time - CHINA_OFFSET }) }),
  ),
  keeping('use: redeemed twice', REDEEMED, 'useCoupon', coupons, (coupon) => ({ ...coupon, state: 'SENDED' as const })),
  keeping('use: takes the link away', SHOWN, 'useCoupon', coupons, (coupon) => without(coupon, TRACES.link)),
  carriedOutAgain(
    { name: 'return: a repeat gives the coupon back once more', caughtBy: GIVEN_BACK },
    'returnCoupon',
    'return_request_no',
    async ({ tx, caller }, number) => tx.in(requests).find(caller.mchid, 'returnCoupon', number),
  ),
]
