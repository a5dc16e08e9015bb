import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext, REPEAT, type Rule, upon } from '../../engine/operation.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { sameValues } from '../../wire/shared/texts.ts'
import { explainReuse } from '../common/explain.ts'
import { fromPage, parameterUnfit } from '../common/refusal.ts'
import {
  BRAND_SHOWN,
  bundleDetails,
  bundleFor,
  checkUser,
  couponDetails,
  RECEIVER_REFUSALS,
  USERS,
} from './coupon-checks.ts'
import { keepPreSend } from './pre-sends.ts'
import type { ProductCoupon } from './product-coupons.ts'
import { productCouponSources, productFor, REQUEST_NO, stockFor, UNFIT_ROW } from './request-checks.ts'
import { nextCoupons, type SendRefusal, sendCoupons, sentBefore, unionidFor } from './send-coupons.ts'
import type { Stock } from './stocks.ts'
import type { UserCoupon } from './user-coupons.ts'

const REFUSALS = {
  ...RECEIVER_REFUSALS,
  usage_mode_unfit: fromPage(UNFIT_ROW, {
    en: 'the product coupon is a bundle (PROGRESSIVE_BUNDLE) and the call sends one coupon, or the other way round',
    zh: '商品券是多次优惠（PROGRESSIVE_BUNDLE），而此接口只发放单券，或者相反',
    internalCode: 268_578_224,
  }),
  request_no_reused: fromPage('400 ALREADY_EXISTS out_request_no 冲突', {
    en: 'the send_request_no has sent a coupon of the batch to the user before, with other values',
    zh: '该 send_request_no 已向此用户发放过该批次的券，且参数不同',
    internalCode: 268_578_927,
  }),
  not_sending: fromPage(UNFIT_ROW, {
    en: 'the batch is not SENDING, or has ended, or its product coupon is not EFFECTIVE',
    zh: '批次的状态不是 SENDING，或已过可用时间，或商品券的状态不是 EFFECTIVE',
    internalCode: 268_577_984,
  }),
  budget_used_up: fromPage('403 NOT_ENOUGH 商品券批次发放预算不足', {
    en: 'max_count of the batch is used up, or its max_count_per_day today',
    zh: '批次的 max_count 已用完，或今天的 max_count_per_day 已用完',
  }),
  user_limit: fromPage('400 INVALID_REQUEST 用户领取已达到上限', {
    en: 'the user has got max_count_per_user coupons of the batch, confirmed or not',
    zh: '该用户在此批次的领券数已达 max_count_per_user，未确认发放的也计入',
    internalCode: 272_756_740,
  }),
  no_code_left: fromPage('403 NOT_ENOUGH 商品券批次预上传券Code剩余数量不足', {
    en: 'all codes that were uploaded are sent: UPLOAD',
    zh: '预上传的券 code 已全部发放：UPLOAD',
  }),
} as const

/** Refusals of the calls that may bring a code. */
const CODE_REFUSALS = {
  code_needed: parameterUnfit({
    en: 'coupon_code left out although the merchant brings the codes: API_ASSIGN (rule documented, answer inferred)',
    zh: '券 code 由商户在发券时指定，却没有传 coupon_code：API_ASSIGN（规则见文档，应答为推断）',
  }),
  code_not_wanted: fromPage(UNFIT_ROW, {
    en: 'coupon_code given although the batch is not API_ASSIGN (rule documented, answer inferred)',
    zh: '批次不是 API_ASSIGN，却传了 coupon_code（规则见文档，应答为推断）',
    internalCode: 268_578_224,
  }),
  code_taken: fromPage('400 ALREADY_EXISTS coupon_code 冲突', {
    en: 'the batch has a coupon with this code already: API_ASSIGN',
    zh: '批次中已有此券 code 的券：API_ASSIGN',
    internalCode: 272_755_200,
  }),
} as const

const SEND_NO = { ...REQUEST_NO, example: 'SEND_20251028_A123' }

const FIELDS = {
  'path/openid': { max: 128 },
  'body/appid': { min: 1, max: 32 },
  'body/send_request_no': SEND_NO,
} as const

const COUPON_CODE = { min: 1, pattern: '^[0-9A-Za-z_-]+$', example: 'Code_123456' }

const TAG_FIELDS = {
  // There is one tag, so that more entries repeat it.
  'body/coupon_tag_info/coupon_tag_list': { entries: [0, 10] },
  'body/coupon_tag_info/member_tag_info/member_card_id': { min: 1, max: 128 },
} as const

const LIMITS: readonly Rule[] = [
  documented('Limits count coupons that nobody confirmed, too.', sources.vendorSkills),
  inferred('Checks run in the order state, max_count, max_count_per_day, max_count_per_user, code.'),
]

const SEND_RULES: readonly Rule[] = [
  upon(
    REPEAT,
    documented(
      'A repeated send is known by unionid, batch and send_request_no, and answered with the coupon as it is now.',
      productCouponSources.questions,
    ),
  ),
  documented('The coupon is CONFIRMING until it is confirmed; its time counts from now.'),
  documented('The partner is told with PRODUCT_COUPON_SP.SEND, if it has set an address.'),
  ...LIMITS,
]

const OFFER_RULES: readonly Rule[] = [
  documented('The token is good for five minutes.', sources.vendorSkills),
  upon(REPEAT, documented('Each call makes a new one.', productCouponSources.questions)),
  documented('The coupon is sent, counted and told once the user takes it: RECEIVE_COMPONENT.'),
  inferred('A send_request_no that has sent the same already gets a token that can no longer be taken.'),
  inferred('Of the expired tokens of a partner that nobody took the last 1,000 are kept.'),
  ...LIMITS,
]

interface SendBody {
  readonly product_coupon_id: string
  readonly appid: string
  readonly send_request_no: string
  readonly attach?: string
  readonly brand_id: string
  readonly coupon_code?: string
  readonly coupon_tag_info?: NonNullable<UserCoupon['coupon_tag_info']>
}
type Single = SendBody & { readonly stock_id: string }
type Bundle = SendBody & { readonly stock_bundle_id: string }

interface SendInput<Body> {
  readonly path: { readonly openid: string }
  readonly body: Body
}

/** The calls about one coupon and those about a bundle differ in the codes that only the former may bring. */
type Context = OperationContext<keyof typeof REFUSALS | SendRefusal>

/** The one batch that a request names. */
async function singleFor(body: Single, context: Context): Promise<readonly Stock[]> {
  const { product, stock } = await stockFor(body, context)
  checkMode(product, 'SINGLE', context)
  return [stock]
}

/** The batches of the bundle that a request names. */
async function batchesFor(body: Bundle, context: Context): Promise<readonly Stock[]> {
  const product = await productFor(body, context)
  checkMode(product, 'PROGRESSIVE_BUNDLE', context)
  return bundleFor(product, body.stock_bundle_id, context)
}

function checkMode(
  { product_coupon_id, usage_mode }: ProductCoupon,
  needed: ProductCoupon['usage_mode'],
  { fail }: Context,
): void {
  if (usage_mode === needed) return
  fail('usage_mode_unfit', {
    en: `product coupon ${product_coupon_id} is ${usage_mode}`,
    zh: `商品券 ${product_coupon_id} 的 usage_mode 是 ${usage_mode}`,
  })
}

/** The coupons that a number has sent already, none for a new one; refuses it if it comes with other values. */
async function repeated(
  batches: readonly Stock[],
  { path: { openid }, body }: SendInput<SendBody>,
  context: Context,
): Promise<readonly UserCoupon[]> {
  const { tx, caller, fail } = context
  const { send_request_no } = body
  await checkUser({ openid, ...body }, context)
  const sent = await sentBefore(tx, batches, { unionid: await unionidFor(tx, caller.mchid, openid), send_request_no })
  const [first] = sent
  if (!first) return []
  const bringsCode = batches[0]?.coupon_code_mode === 'API_ASSIGN'
  const before = valuesOf({ ...first, coupon_code: bringsCode ? first.coupon_code : undefined })
  const wanted = valuesOf(body)
  if (sameValues(before, wanted)) return sent
  return fail('request_no_reused', explainReuse(send_request_no, { values: before, time: first.receive_time }, wanted))
}

/** The values that a repeat has to bring again. */
function valuesOf({
  appid,
  attach,
  coupon_code,
  coupon_tag_info,
}: Pick<SendBody, 'appid'> & { readonly [Name in 'attach' | 'coupon_code' | 'coupon_tag_info']?: unknown }) {
  return [JSON.stringify({ appid, attach, coupon_code, coupon_tag_info })]
}

async function send(
  batches: readonly Stock[],
  input: SendInput<SendBody>,
  context: Context,
): Promise<readonly UserCoupon[]> {
  const sent = await repeated(batches, input, context)
  if (sent.length > 0) return sent
  const { appid, send_request_no, attach, coupon_code, coupon_tag_info } = input.body
  const sending = { ...input.path, appid, send_request_no, attach, coupon_code, coupon_tag_info }
  return sendCoupons(batches, { ...sending, send_channel: 'API' }, context)
}

/** 向用户发放商品券: send a coupon to a user. */
export const sendProductCouponToUser = documentedCall(`POST ${USERS}/coupons`, {
  id: 'sendProductCouponToUser',
  summary: 'Send a product coupon to a user',
  fields: { ...FIELDS, ...TAG_FIELDS, ...BRAND_SHOWN, 'body/coupon_code': COUPON_CODE },
  refusals: { ...REFUSALS, ...CODE_REFUSALS },
  rules: [...SEND_RULES, documented('coupon_code is given if the batch is API_ASSIGN, and only then.')],
  async handle(input: SendInput<Single>, context) {
    const [coupon] = await send(await singleFor(input.body, context), input, context)
    return coupon && couponDetails(context.tx, coupon, context.now)
  },
})

/** 向用户发放商品券批次组: send the coupons of a bundle to a user. */
export const sendProductCouponBundle = documentedCall(`POST ${USERS}/coupon-bundles`, {
  id: 'sendProductCouponBundle',
  summary: 'Send a bundle of product coupons to a user',
  fields: { ...FIELDS, ...TAG_FIELDS },
  refusals: REFUSALS,
  rules: [
    ...SEND_RULES,
    documented('One coupon of each batch of the bundle is sent, tied by user_coupon_bundle_id.'),
    inferred('Each of them is told, and has to be confirmed.'),
  ],
  async handle(input: SendInput<Bundle>, context) {
    return bundleDetails(await send(await batchesFor(input.body, context), input, context), context)
  },
})

async function offer(
  batches: readonly Stock[],
  input: SendInput<Single | Bundle>,
  context: Context,
): Promise<{ readonly token: string }> {
  const { tx, now, caller, ids } = context
  const sent = await repeated(batches, input, context)
  if (sent.length === 0) await nextCoupons(batches, { ...input.path, ...input.body }, context)
  const token = ids.letters(TOKEN_LENGTH)
  await keepPreSend(tx, { ...input.body, ...input.path, mchid: caller.mchid, token, create_time: now })
  return { token }
}

const TOKEN_LENGTH = 64

/** 向用户预发放商品券: get a token with which a user may take a coupon from a page. */
export const preSendProductCouponToUser = documentedCall(`POST ${USERS}/pre-send-coupon`, {
  id: 'preSendProductCouponToUser',
  summary: 'Get a token with which a user may take a product coupon',
  fields: { ...FIELDS, 'body/coupon_code': COUPON_CODE },
  refusals: { ...REFUSALS, ...CODE_REFUSALS },
  rules: OFFER_RULES,
  handle: async (input: SendInput<Single>, context) => offer(await singleFor(input.body, context), input, context),
})

/** 向用户预发放商品券批次组: get a token with which a user may take the coupons of a bundle from a page. */
export const preSendProductCouponBundle = documentedCall(`POST ${USERS}/pre-send-coupon-bundle`, {
  id: 'preSendProductCouponBundle',
  summary: 'Get a token with which a user may take a bundle of product coupons',
  fields: FIELDS,
  refusals: REFUSALS,
  rules: OFFER_RULES,
  handle: async (input: SendInput<Bundle>, context) => offer(await batchesFor(input.body, context), input, context),
})
