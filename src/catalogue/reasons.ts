/** Why simulated calls differ from their pages: for `docs/differences.md`, and for what a contract relies on. */

/** Why the mock differs from the page. */
export interface Reason {
  /** Id of the call; `*` matches any text. */
  readonly call: string
  /** Such as `body/amount/currency length`, `answer/brand_id` or `error 403 NO_AUTH`; `*` matches any text. */
  readonly fact: string
  readonly why: string
}

const OLDER_TITLES = 'observed: live answers up to 2024 quote the titles of older pages; no newer answer is known'
const IN_MODELS = 'documented: in the models of the official SDKs'
const IN_WORDS = 'documented: the pages say so in words, not in their tables'
const NO_LIMIT = 'inferred: the page has no limit, and the live service takes no endless value'

/** The first match counts. An error of ours only needs a reason here if it is marked as documented: otherwise its evidence is the reason. @internal */
export const REASONS: readonly Reason[] = [
  { call: '*Prepay', fact: 'body/* title', why: OLDER_TITLES },
  { call: 'queryOrder*', fact: 'query/mchid title', why: OLDER_TITLES },
  { call: 'closeOrder', fact: 'body/mchid title', why: OLDER_TITLES },
  { call: '*Prepay', fact: 'body/limit_pay', why: IN_MODELS },
  { call: '*Prepay', fact: 'body/detail/goods_detail length', why: IN_WORDS },
  {
    call: '*sapiPrepay',
    fact: 'body/*payer* required',
    why: 'reported: it is required, but its absence is refused in words of its own, `JSAPI支付必须传openid`',
  },
  {
    call: 'closeOrder',
    fact: 'body/mchid required',
    why: 'observed: it is required, but its absence is reported for the path, as `/uri_template/mchid`',
  },
  {
    call: 'combineJsapiPrepay',
    fact: 'body/notify_url required',
    why: 'documented: it is optional for partners; its absence is refused to a direct merchant',
  },
  ...['*/sub_*', 'body/time_start'].map((fact) => ({
    call: '*ombine*',
    fact,
    why: 'documented: on the pages for partners',
  })),
  { call: 'combine*Prepay', fact: 'body/notify_url length', why: 'sibling: the pages of the other ways of ordering' },
  { call: '*efund', fact: '*/sub_mchid', why: `${IN_MODELS}, for partners; refused to a direct merchant` },
  ...['*haring*', '*eceiver', 'unfreezeOrder'].map((call) => ({
    call,
    fact: '*/sub_*',
    why: 'documented: on the page for partners, which is of the same call',
  })),
  {
    call: '*Complaint*',
    fact: 'answer*/complainted_mchid',
    why: 'documented: on the pages for partners, which are of the same calls',
  },
  { call: 'createRefund', fact: 'body/goods_detail length', why: NO_LIMIT },
  { call: '*Refund', fact: 'body/amount/from length', why: NO_LIMIT },
  ...['body/amount/currency values', 'body/funds_account values'].map((fact) => ({
    call: 'applyPlatformRefund',
    fact,
    why: IN_WORDS,
  })),
  {
    call: 'apply*AbnormalRefund',
    fact: 'body/bank_type values',
    why: 'documented: the page lists the banks in words, not in its table',
  },
  {
    call: 'applyAbnormalRefund',
    fact: 'error 500 SYSTEM_ERROR',
    why: 'the page writes 等 behind it, which means “and the like”',
  },
  { call: 'apply*Bill', fact: 'query/sub_mchid', why: 'documented: in the table of the pages for partners' },
  { call: 'downloadBill', fact: 'query/*', why: IN_WORDS },
  ...['sendProductCoupon*', 'preSendProductCoupon*'].map((call) => ({ call, fact: '* length', why: NO_LIMIT })),
  {
    call: 'useProductCoupon',
    fact: 'body/associated_pay_score_order_info/out_order_no length',
    why: 'documented: a page of service orders has 64 for the same number',
  },
  { call: 'useProductCoupon', fact: 'body/* length', why: NO_LIMIT },
  ...['*ProductCoupon*', '*StockBundle'].flatMap((call) => [
    { call, fact: 'body/*_list length', why: IN_WORDS },
    ...['body/*notify_appid length', 'body/brand_id length'].map((fact) => ({ call, fact, why: NO_LIMIT })),
  ]),
  ...[
    ['addProductCouponStock', 'body/stock/single_usage_rule required'],
    ['addStockBundle', 'body/stock_bundle/progressive_bundle_usage_rule required'],
    ['list*ProductCoupon*', 'answer/total_count required'],
  ].map(([call = '', fact = '']) => ({ call, fact, why: IN_WORDS })),
  {
    call: '*ProductCoupon*',
    fact: 'answer/brand_id',
    why: 'documented: in the sample of the page, and in the tables of bundles and lists',
  },
  { call: 'securityEcho', fact: 'body/* length', why: NO_LIMIT },
  { call: 'transfer*', fact: 'body/* length', why: NO_LIMIT },
  { call: 'preTransfer*', fact: 'body/* length', why: NO_LIMIT },
  {
    call: 'transferToUser',
    fact: 'body/transfer_scene_report_infos required',
    why: 'observed: it is required, but its absence is refused in words of its own, `需传入转账场景报备信息，请检查`',
  },
  {
    call: 'preTransferWithAuthorization',
    fact: 'body/openid required',
    why: 'documented: it may be left out where the authorization names the user',
  },
  {
    call: 'transferWithAuthorization',
    fact: 'body/notify_url',
    why: 'documented: it is refused in words of its own, `不支持传入notify_url参数`',
  },
  { call: 'downloadCertificates', fact: 'query/algorithm_type', why: 'documented: of an older page' },
  ...['query/is_display_authorization', 'answer/package_info'].map((fact) => ({
    call: 'getUserConfirmAuthorization',
    fact,
    why: "reported: a third party's description of the call has it",
  })),
  {
    call: 'closeUserConfirmAuthorization',
    fact: 'answer/close_info/close_reason values',
    why: 'inferred: one that the user or time closed before is answered without a change',
  },
  ...['queryElecsignByOutNo', 'queryElecsignByNo'].map((call) => ({
    call,
    fact: 'answer/fail_reason',
    why: 'documented: the text of the page names it without giving its name',
  })),
]

/** The reason why a call differs in a fact; `undefined` if none is given. */
export function reasonAt(call: string, fact: string): Reason | undefined {
  return REASONS.find((reason) => matches(reason.call, call) && matches(reason.fact, fact))
}

function matches(pattern: string, text: string): boolean {
  const [start = '', ...parts] = pattern.split('*')
  const end = parts.pop()
  if (end === undefined) return text === start
  let at = start.length
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.startsWith(start) && text.endsWith(end) && at + end.length <= text.length
}
