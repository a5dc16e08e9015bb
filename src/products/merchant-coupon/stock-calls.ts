import { z } from 'zod'
import { choice, group, shownInstant, stockId, text, titled, wholeNumber } from '../../catalogue/fields.ts'
import { hasOpened, type Merchant, mayActFor } from '../../engine/keys/merchants.ts'
import { defineOperation, documented, inferred, observed, reported } from '../../engine/operation.ts'
import { requests } from '../../engine/state/request-numbers.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { commonErrors, INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { orLastInstant, startOfDay } from '../../wire/shared/china-time.ts'
import { explainNoMerchant } from '../common/explain.ts'
import { because, invalidRequest, refusal } from '../common/refusal.ts'
import { shownStockId, stockAnswer } from './answer-schemas.ts'
import { coupons } from './coupons.ts'
import { appidUnbound, explainUnopened, merchantUnknown, notPermitted, requireAppids, stockNotFound } from './errors.ts'
import { stockFor } from './find-coupon.ts'
import { merchantCouponSettings } from './settings.ts'
import { couponSources } from './sources.ts'
import * as fields from './stock-fields.ts'
import { checkUse, checkValidity, mostCoupons, sentOnDayOf, stockIdPrefix } from './stock-rules.ts'
import { codeMode, codesOf, MOST_PERIODS, type Stock, stocks, stockType, withoutOff } from './stocks.ts'

const fen = (title: string, min: number, example: number) => wholeNumber({ title, min, max: 10_000_000, example })
const threshold = fen('消费门槛', 1, 100)

/** The benefit objects, with what the pages require of them, and the models of the SDKs do not. */
const benefits = {
  fixed_normal_coupon: z.strictObject({ discount_amount: fen('优惠金额', 1, 5), transaction_minimum: threshold }),
  discount_coupon: z.strictObject({
    discount_percent: wholeNumber({ title: '折扣比例', min: 1, max: 100, example: 88 }),
    transaction_minimum: threshold,
  }),
  exchange_coupon: z.strictObject({ exchange_price: fen('单品换购价', 0, 100), transaction_minimum: threshold }),
}

const createdUseRule = group('核销规则', {
  coupon_available_time: fields.availableTime,
  fixed_normal_coupon: benefits.fixed_normal_coupon.partial().meta(titled('固定面额满减券使用规则')).optional(),
  discount_coupon: benefits.discount_coupon.partial().meta(titled('折扣券使用规则')).optional(),
  exchange_coupon: benefits.exchange_coupon.partial().meta(titled('换购券使用规则')).optional(),
  ...fields.useFields,
})

const createBody = z.strictObject({
  stock_name: fields.stockName,
  belong_merchant: text({ title: '批次归属商户号', min: 8, max: 15, example: '10000022' }),
  comment: fields.comment.optional(),
  goods_name: fields.goodsName,
  stock_type: choice('批次类型', stockType.options),
  coupon_use_rule: createdUseRule,
  stock_send_rule: fields.stockSendRule,
  out_request_no: text({ title: '商户请求单号', max: 128, example: '100002322019090134234sfdf' }),
  custom_entrance: fields.customEntrance.optional(),
  display_pattern_info: fields.displayPatternInfo.optional(),
  coupon_code_mode: choice('券code模式', codeMode.options),
  notify_config: fields.notifyConfig.optional(),
  subsidy: fields.subsidy.optional().meta({ default: false }),
})

/** 创建商家券: create a batch of coupons. */
export const createStock = defineOperation({
  id: 'createStock',
  method: 'POST',
  path: '/v3/marketing/busifavor/stocks',
  summary: 'Create a batch',
  title: '创建商家券',
  source: 'https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter9_2_1.shtml',
  rateLimit: { calls: 1_000, seconds: 60, evidence: 'documented', source: couponSources.createPage },
  input: { body: createBody },
  output: z.object({ stock_id: shownStockId, create_time: shownInstant }),
  errors: {
    parameter_invalid: because(commonErrors.parameter_invalid, {
      en: 'fields that do not go together, although each is right by itself',
      zh: '各字段单独看都正确，但不能同时使用',
      source: couponSources.createdWithWrongFields,
    }),
    not_permitted: because(notPermitted, { en: 'the caller has not opened the product', zh: '调用方没有开通该产品' }),
    already_exists: refusal(400, 'RESOURCE_ALREADY_EXISTS')('documented', '批次已存在', {
      en: 'out_request_no created a batch before, whatever the values',
      zh: '该 out_request_no 已创建过批次，不论参数是否相同',
      source: couponSources.sharedErrors,
      internalCode: INTERNAL_CODES.repeatedWithOtherValues,
    }),
    merchant_unknown: because(merchantUnknown, {
      en: 'belong_merchant is no merchant',
      zh: 'belong_merchant 不是已有的商户',
    }),
    merchant_unrelated: invalidRequest('reported', '商户票据校验失败', {
      en: 'belong_merchant does not have the caller among its partners, or has not opened the product (cause not confirmed)',
      zh: 'belong_merchant 的服务商中没有调用方，或它没有开通该产品（原因未经证实）',
      source: couponSources.createdForStranger,
      internalCode: INTERNAL_CODES.anotherMerchants,
    }),
    appid_unbound: because(appidUnbound, {
      en: 'an appid is bound neither to the caller nor to belong_merchant (text reported, status and code inferred)',
      zh: '有 appid 既未与调用方绑定，也未与 belong_merchant 绑定（文字来自开发者反馈，状态码和错误码为推断）',
      message: '传入的小程序appid或商户appid，必须与调用方商户号存在关联关系',
      evidence: 'inferred',
      source: couponSources.createdWithForeignAppid,
    }),
  },
  rules: [
    documented(
      'Merchants and partners that had not integrated the API by 15 December 2025 cannot use it; the mock serves all.',
      couponSources.closingNotice,
    ),
    observed('A batch is RUNNING as soon as it is created.', couponSources.liveAnswers),
    reported(
      'Live, codes can be uploaded a minute later at the earliest; in the mock at once, unless the setting stock_ready_after says otherwise.',
      couponSources.uploadedTooEarly,
    ),
    documented('belong_merchant is the caller, or a merchant that the caller is a partner of.'),
    observed(
      'A batch id has 16 digits; the first six are the same for all batches of a merchant.',
      couponSources.liveAnswers,
    ),
    inferred('An out_request_no that created a batch is refused, also with the same values.'),
    inferred(`A batch has ${MOST_PERIODS} irregular windows at most.`),
    documented('Exactly one benefit object is given, the one of stock_type.'),
    reported(
      'A benefit object with a missing member passes the field checker and is then refused as inconsistent; with the setting coupon_models at page the field checker refuses it.',
      couponSources.createdWithWrongFields,
      sources.goSdk,
    ),
    documented(
      'finder_info may lack any of its members; with the setting coupon_models at page it may not.',
      sources.goSdk,
      sources.javaSdk,
    ),
    observed(
      'max_coupons may be left out: it is then the number of coupons that max_amount pays for, if all take the same amount off.',
      couponSources.liveAnswers,
      couponSources.createPage,
      sources.goSdk,
    ),
    inferred(
      'Without max_coupons and max_amount a batch hands out 1,000,000,000 coupons at most, the documented maximum.',
    ),
    documented('available_end_time is after available_begin_time, and at most a year after it.'),
    inferred('available_end_time may have passed already.'),
    documented('wait_days_after_receive needs available_day_after_receive, and available_day_time needs week_day.'),
    inferred(
      'A window without a begin or an end has that of the day, or of the batch; one that ends before it begins is refused.',
    ),
    documented('use_method MINI_PROGRAMS needs mini_programs_appid and mini_programs_path.'),
    reported('use_method SELF_CONSUME is refused; names of colours are case-sensitive.', couponSources.selfConsume),
    inferred('Checks run in the order fields, fields together, product, request number, belong_merchant, appids.'),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, merchantOf, settings, ids, fail } = context
    if (merchantCouponSettings.couponModels.of(settings) === 'page') requireAsPages(body)
    const { coupon_use_rule: use, stock_send_rule: send, notify_config, out_request_no, ...given } = body
    const benefit = benefitOf(body)
    if (!benefit) return fail('parameter_invalid', fields.EXPLANATION.benefit_unfit)
    const max_coupons = send.max_coupons ?? mostCoupons(send.max_amount, benefit)
    if (max_coupons === 0) return fail('parameter_invalid', fields.EXPLANATION.amount_too_small)
    const time = fields.availableTimeOf(use.coupon_available_time)
    const checked = [checkValidity(time), checkUse(use)].find((decision) => !decision.ok)
    if (checked && !checked.ok) return fail('parameter_invalid', fields.EXPLANATION[checked.reason])

    if (!hasOpened(caller, 'busifavor')) {
      return fail('not_permitted', explainUnopened(caller.mchid, 'busifavor'))
    }
    const before = await tx.in(requests).find(caller.mchid, 'createStock', out_request_no)
    if (before) {
      const at = formatInstant(before.time)
      return fail('already_exists', {
        en: `${out_request_no} created batch ${before.result} at ${at}`,
        zh: `${out_request_no} 已于 ${at} 创建批次 ${before.result}`,
      })
    }
    const owner = merchantOf(body.belong_merchant)
    if (!owner) return fail('merchant_unknown', explainNoMerchant(body.belong_merchant))
    if (!mayActFor(caller, owner)) {
      return fail('merchant_unrelated', {
        en: `${caller.mchid} is none of the partners of ${owner.mchid}`,
        zh: `${caller.mchid} 不是 ${owner.mchid} 的服务商`,
      })
    }
    if (!hasOpened(owner, 'busifavor')) {
      return fail('merchant_unrelated', explainUnopened(owner.mchid, 'busifavor'))
    }
    requireAppids(context, fields.appidsOf(body), owner.mchid)

    const readyAfter = merchantCouponSettings.stockReadyAfter.of(settings)
    const stockId = await freeStockId(tx, stockIdPrefix(caller.mchid), () => ids.digits(10))
    await tx.in(stocks).save({
      ...withoutOff(given),
      mchid: caller.mchid,
      stock_id: stockId,
      state: 'RUNNING',
      coupon_use_rule: {
        coupon_available_time: time,
        ...benefit,
        use_method: use.use_method,
        mini_programs_appid: use.mini_programs_appid,
        mini_programs_path: use.mini_programs_path,
      },
      stock_send_rule: { ...withoutOff(send), max_coupons },
      notify_config: notify_config?.notify_appid === undefined ? undefined : notify_config,
      create_time: now,
      ready_time: readyAfter > 0 ? orLastInstant(now + readyAfter * 1_000) : undefined,
      sent: { total: 0, day: startOfDay(now), today: 0 },
      codes: codesOf(body.coupon_code_mode),
    })
    await tx.in(requests).save({
      mchid: caller.mchid,
      operation: 'createStock',
      request_no: out_request_no,
      values: [],
      time: now,
      result: stockId,
    })
    return { stock_id: stockId, create_time: now }
  },
})

/** Refuses what lacks members that the pages require. */
function requireAsPages({ coupon_use_rule: rule, display_pattern_info }: z.output<typeof createBody>): void {
  for (const name of Object.values(BENEFIT_OF)) {
    fields.requireMembers(benefits[name], ['coupon_use_rule', name], rule[name])
  }
  fields.requireMembers(fields.finderInfo, ['display_pattern_info', 'finder_info'], display_pattern_info?.finder_info)
}

const BENEFIT_OF = { NORMAL: 'fixed_normal_coupon', DISCOUNT: 'discount_coupon', EXCHANGE: 'exchange_coupon' } as const

const someBenefit = z.strictObject(benefits).partial()

/** The benefit that fits `stock_type`; `undefined` when it or a part of it is missing, or another one is given. */
function benefitOf({ stock_type, coupon_use_rule }: z.output<typeof createBody>) {
  const given = Object.values(BENEFIT_OF).filter((name) => coupon_use_rule[name] !== undefined)
  const name = BENEFIT_OF[stock_type]
  const whole = someBenefit.safeParse({ [name]: coupon_use_rule[name] })
  return given.length === 1 && given[0] === name && whole.success ? whole.data : undefined
}

/** An id that no batch of any merchant has. */
async function freeStockId(tx: Transaction, prefix: string, digits: () => string): Promise<string> {
  for (;;) {
    const stockId = prefix + digits()
    if ((await tx.in(stocks).where('stock_id', stockId)).length === 0) return stockId
  }
}

/** 查询商家券批次详情: look at a batch. */
export const queryStock = defineOperation({
  id: 'queryStock',
  method: 'GET',
  path: '/v3/marketing/busifavor/stocks/{stock_id}',
  summary: 'Query a batch',
  title: '查询商家券批次详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4015715866',
  input: { path: z.object({ stock_id: stockId }) },
  output: stockAnswer,
  errors: {
    not_found: stockNotFound,
    not_permitted: because(notPermitted, {
      en: 'the caller neither created nor owns the batch, nor sent a coupon of it',
      zh: '调用方不是批次的创建方或归属方，也没有发放过其中的券',
    }),
  },
  rules: [
    observed('Options that are not set and switches that are off are left out.', couponSources.liveAnswers),
    observed('irregulary_avaliable_time is an empty list where there are no such windows.', couponSources.liveAnswers),
    documented('coupon_code_count shows for batches with uploaded codes only.'),
    documented('Amounts show for NORMAL batches only, what was sent today only for batches with a daily limit.'),
    observed('An amount is the number of coupons times discount_amount.', couponSources.liveAnswers),
    inferred('send_count_information shows with 0 before anything was sent.'),
    documented('A merchant that sent a coupon of the batch may look at it.'),
  ],
  async handle({ path }, context) {
    const { tx, now, caller } = context
    const stock = await stockFor(context, path.stock_id, () => stockSentBy(tx, caller, path.stock_id))
    const { codes } = stock
    return {
      ...stock,
      stock_state: stock.state,
      coupon_code_count: codes && { total_count: codes.total, available_count: codes.available },
      send_count_information: sendCount(stock, now),
    }
  },
})

/** `send_count_information`: amounts only where each coupon takes the same off, today only where a day has a limit. */
function sendCount(stock: Stock, now: number) {
  const { coupon_use_rule, stock_send_rule, sent } = stock
  const { discount_amount } = coupon_use_rule.fixed_normal_coupon ?? {}
  const worth = (count: number) => discount_amount && count * discount_amount
  const today = sentOnDayOf(stock, now)
  const hasDailyLimit =
    stock_send_rule.max_coupons_by_day !== undefined || stock_send_rule.max_amount_by_day !== undefined
  return {
    total_send_num: sent.total,
    total_send_amount: worth(sent.total),
    ...(hasDailyLimit && { today_send_num: today, today_send_amount: worth(today) }),
  }
}

/** A batch that the merchant did not create but handed out a coupon of; of several with this id, the one created last. */
async function stockSentBy(tx: Transaction, { mchid }: Merchant, stock_id: string): Promise<Stock | undefined> {
  const sent = await tx.in(coupons).where('sentIn', `${mchid} ${stock_id}`)
  const creators = [...new Set(sent.map((coupon) => coupon.mchid))].sort()
  const found = await Promise.all(creators.map((creator) => tx.in(stocks).find(creator, stock_id)))
  return found.filter((stock) => stock !== undefined).toSorted((a, b) => b.create_time - a.create_time)[0]
}
