import type { Evidence } from '../../wire/protocol/errors.ts'
import { page, type Source } from '../../wire/protocol/sources.ts'
import type { Texts } from '../../wire/shared/texts.ts'

/** A rule that a payment client breaks or keeps, as far as a contract or a recording shows. */
export interface ReviewRule {
  /** `must`: money or the order of a customer is at risk. */
  readonly severity: 'must' | 'should'
  /** The input that it is decided from. */
  readonly of: 'contract' | 'recording'
  readonly wrong: Texts
  readonly todo: Texts
  readonly evidence: Evidence
  readonly source: Source | readonly Source[]
}

const transferPage = page('发起转账', 'doc/v3/merchant/4012716434')
const transferQuestions = page('常见问题 of 商家转账, 2026.08.05', 'doc/v3/merchant/4013778940')
const refundPage = page('申请退款', 'doc/v3/merchant/4013071036')
const refundPractice = page('微信支付退款最佳实践, 2026.06.10', 'doc/v3/merchant/4014959631')
const orderPage = page('JSAPI/小程序下单', 'doc/v3/merchant/4012791856')
const orderQuestions = page('常见问题 of JSAPI支付, 2026.08.05', 'doc/v3/merchant/4012791869')
const paymentCallback = page('支付成功回调通知', 'doc/v3/merchant/4012791861')
const transferCallback = page('商家转账回调通知', 'doc/v3/merchant/4012712115')
const verification = page('如何签名和验签', 'doc/v3/merchant/4012365342')
const probes = page('回调通知注意事项', 'doc/v3/merchant/4012075420')
const ecommerceGuide = page('开发指引 of 平台收付通, 2026.06.10', 'doc/v3/partner/4012088031')

/** The rules of `pact review`, by their names. */
export const reviewRules = {
  'money-without-unclear-end': {
    severity: 'must',
    of: 'contract',
    wrong: {
      en: 'calls ask for money, and none is answered with 429, or none with 5xx: nothing shows that the client keeps the number then',
      zh: '有涉及资金的接口，却没有返回 429 或没有返回 5xx 的交互，无法证明客户端在结果不明时会沿用原单号',
    },
    todo: {
      en: 'Add one with the state "the service is overloaded" (429) or "the service fails" (500), and test that the client asks again with the same number.',
      zh: '请用状态“the service is overloaded”（429）或“the service fails”（500）补一条交互，并测试客户端用原单号重试。',
    },
    evidence: 'documented',
    source: [transferPage, refundPage],
  },
  'change-without-unclear-end': {
    severity: 'should',
    of: 'contract',
    wrong: {
      en: 'calls change something, and none is answered with 429, or none with 5xx',
      zh: '有会改变状态的接口，却没有返回 429 或没有返回 5xx 的交互',
    },
    todo: {
      en: 'Add one with the state "the service is overloaded" (429) or "the service fails" (500).',
      zh: '请用状态“the service is overloaded”（429）或“the service fails”（500）补一条交互。',
    },
    evidence: 'sibling',
    source: [orderPage, transferPage, refundPage],
  },
  'never-looked-up': {
    severity: 'should',
    of: 'contract',
    wrong: {
      en: 'what a call asked for is never looked up, although its answer and its callback are not enough',
      zh: '发起之后从不查单，而同步应答和回调都不足以确认结果',
    },
    todo: { en: 'Add an interaction that looks it up by its number.', zh: '请补一条按商户单号查询的交互。' },
    evidence: 'documented',
    source: [paymentCallback, refundPage, transferQuestions],
  },
  'callback-once': {
    severity: 'must',
    of: 'contract',
    wrong: {
      en: 'no callback comes a second time, although WeChat Pay may send each several times',
      zh: '没有重复的回调，而微信支付可能多次发送同一通知',
    },
    todo: {
      en: 'Give a message the state "the same callback was delivered before", and test that it is booked once.',
      zh: '请给一条消息加上状态“the same callback was delivered before”，并测试只入账一次。',
    },
    evidence: 'documented',
    source: [paymentCallback, transferCallback],
  },
  'amount-by-shape': {
    severity: 'must',
    of: 'contract',
    wrong: {
      en: 'the amount or the number in a callback is agreed on by its shape or not at all, so any would do',
      zh: '回调中的金额或单号只约定了形式或没有约定，任何值都能通过',
    },
    todo: {
      en: 'Agree on the values of the provider state, and test that the client compares them with its own order.',
      zh: '请约定为提供方状态中的值，并测试客户端与自己的订单核对。',
    },
    evidence: 'documented',
    source: ecommerceGuide,
  },
  'new-number': {
    severity: 'must',
    of: 'recording',
    wrong: {
      en: 'a call that asks for money ended unclear, and the same was asked for under another number: it may be paid twice',
      zh: '涉及资金的请求结果不明，却换单号重新发起，可能重复付款',
    },
    todo: {
      en: 'Ask again with the same number and content; take another only once a query says that the first one failed.',
      zh: '请用原单号、原参数重试；查单明确失败后才可换单。',
    },
    evidence: 'documented',
    source: [transferPage, refundPage],
  },
  'not-found-as-failed': {
    severity: 'must',
    of: 'recording',
    wrong: {
      en: 'a 404 of a query was taken for a failure, and the same was asked for under another number: the first may still be carried out',
      zh: '查单返回 404 就当作失败而换单，原单仍可能被受理',
    },
    todo: {
      en: 'After a 404, ask again with the same number and content.',
      zh: '查单返回 404 时，请用原单号、原参数重试。',
    },
    evidence: 'documented',
    source: [refundPractice, transferPage],
  },
  'number-reused': {
    severity: 'must',
    of: 'recording',
    wrong: { en: 'a number was used again with other content', zh: '同一单号再次使用时内容不同' },
    todo: {
      en: 'Keep what was sent with each number, and repeat exactly that.',
      zh: '请保存每个单号对应的请求内容，重试时原样发送。',
    },
    evidence: 'documented',
    source: [transferQuestions, orderQuestions],
  },
  'callback-late': {
    severity: 'must',
    of: 'recording',
    wrong: {
      en: 'a callback had no answer within 5 seconds, which counts as a failure to receive it',
      zh: '回调在 5 秒内没有应答，视为接收失败',
    },
    todo: {
      en: 'Verify, keep and acknowledge it first; do the work afterwards.',
      zh: '请先验签、保存并应答，再处理业务。',
    },
    evidence: 'documented',
    source: [paymentCallback, transferCallback],
  },
  'amount-not-compared': {
    severity: 'must',
    of: 'recording',
    wrong: {
      en: 'a callback was acknowledged although its amount is not the one that was asked for, or told before',
      zh: '回调的金额与下单时或先前通知的不一致，却应答了成功',
    },
    todo: {
      en: 'Compare number and amount with your own order, and refuse a callback that differs.',
      zh: '请与自己的订单核对单号和金额，不一致时不要应答成功。',
    },
    evidence: 'documented',
    source: ecommerceGuide,
  },
  'signature-not-checked': {
    severity: 'must',
    of: 'recording',
    wrong: {
      en: 'an answer or a callback has a wrong signature, and the client went on as if it had not',
      zh: '应答或回调的签名不正确，客户端却照常处理',
    },
    todo: {
      en: 'Verify the signature of each answer and callback before you act on it, and answer a wrong one with 4xx or 5xx.',
      zh: '请先验签再处理每个应答和回调，回调验签不通过时应答 4xx 或 5xx。',
    },
    evidence: 'documented',
    source: [verification, probes],
  },
  'refund-without-look': {
    severity: 'should',
    of: 'recording',
    wrong: {
      en: 'an order was refunded before a query or a callback said that it was paid',
      zh: '尚未通过查单或回调确认支付成功就申请退款',
    },
    todo: {
      en: 'Query the order first, and refund it only if it is SUCCESS.',
      zh: '请先查询订单，支付成功后再申请退款。',
    },
    evidence: 'documented',
    source: refundPractice,
  },
  'retry-without-look': {
    severity: 'should',
    of: 'recording',
    wrong: {
      en: 'a refund ended with 5xx or without an answer, and was asked for again before it was looked up',
      zh: '申请退款返回 5xx 或没有应答后，未查单就重试',
    },
    todo: {
      en: 'Query the refund by its number first; if it is not there, ask again with the same number.',
      zh: '请先按商户退款单号查询；查不到时再用原单号、原参数重试。',
    },
    evidence: 'documented',
    source: refundPractice,
  },
  'asked-too-often': {
    severity: 'should',
    of: 'recording',
    wrong: { en: 'calls follow each other faster than their page allows', zh: '请求比文档允许的更频繁' },
    todo: {
      en: 'Wait longer, and longer each time; a refund is best queried once a minute.',
      zh: '请加大并逐步拉长间隔；查询退款建议每分钟一次。',
    },
    evidence: 'documented',
    source: [refundPractice, refundPage],
  },
} as const satisfies Record<string, ReviewRule>

export type ReviewRuleName = keyof typeof reviewRules

/** A place where a rule is broken. */
export interface Finding {
  readonly rule: ReviewRuleName
  /** The interaction, the call or the callbacks, and what of them. */
  readonly where: Texts
}
