import { type FieldRule, HELD_BY_RULES, type Refusal } from '../../catalogue/documented-call.ts'
import { documented, inferred, observed, REPEAT, type Rule, reported, upon } from '../../engine/operation.ts'
import { INTERNAL_CODES } from '../../wire/protocol/common-errors.ts'
import { fromPage, invalidRequest, parameterUnfit, refusal } from '../common/refusal.ts'
import { transferSources } from './sources.ts'

export const outBillNoField: FieldRule = { bytes: true, pattern: '^[0-9A-Za-z]{1,32}$', example: 'plfk2020042013' }
export const transferBillNoField: FieldRule = { bytes: true, example: '1330000071100999991182020050700019480001' }
/** The pages say nothing of its characters. */
export const outAuthorizationNoField: FieldRule = { bytes: true, example: 'plfk2020042013' }
export const sponsorField: FieldRule = { bytes: true, pattern: '^[1-9]\\d*$', example: '1900000109' }
export const notifyUrlField: FieldRule = {
  ...HELD_BY_RULES,
  bytes: true,
  pattern: '^https?:\\/\\/[^\\s?#]+$',
  example: 'https://www.example.com/notify',
}

/** Beyond the tables of the pages, in every call that creates a transfer. */
export const placeFields = {
  'body/appid': { bytes: true, example: 'wxf636efh567hg4356' },
  'body/out_bill_no': outBillNoField,
  'body/transfer_scene_id': { bytes: true, example: '1000' },
  // The ciphertext of a 2048-bit key and more (inferred).
  'body/user_name': { bytes: true, max: 1_024 },
  'body/transfer_amount': { min: 1, example: 400_000 },
  'body/transfer_remark': { example: '新会员开通有礼' },
  // Left empty it is as if it were left out.
  'body/user_recv_perception': { min: 0, max: 256, example: '现金奖励' },
  // Required of one call, where it is reported in a way of its own.
  'body/transfer_scene_report_infos': { required: false, max: 100 },
  'body/transfer_scene_report_infos/info_type': { example: '活动名称' },
  'body/transfer_scene_report_infos/info_content': { example: '新会员有礼' },
} as const satisfies Record<string, FieldRule>

/** In calls whose user confirms, besides. */
export const confirmedFields = {
  ...placeFields,
  'body/openid': { bytes: true, example: 'o-MYE42l80oelYMDE34nYD456Xoy' },
  'body/notify_url': notifyUrlField,
} as const satisfies Record<string, FieldRule>

const { faq } = transferSources

export const unfitParameter = refusal(400, 'PARAM_ERROR')

/** Refusals of every call that creates a transfer, in the order in which they are judged. */
export const placeRefusals = {
  ip_not_allowed: invalidRequest('observed', '此IP地址不允许调用接口，请按开发指引设置', {
    en: "the caller's address is not on the merchant's list; only as a planned fault",
    zh: '调用方的 IP 不在商户设置的名单中；只能通过故障注入触发',
    source: [transferSources.fourRefusals, faq],
  }),
  merchant_abnormal: refusal(403, 'USER_ERROR')('documented', '当前商户存在异常，暂时无法进行转账。', {
    en: 'WeChat Pay has blocked the merchant (status inferred); only as a planned fault',
    zh: '商户被微信支付限制（状态码为推断）；只能通过故障注入触发',
    source: faq,
  }),
  not_opened: refusal(403, 'NO_AUTH')('observed', '当前商户号没有相关权限，暂不支持使用', {
    en: 'the merchant has not opened the product (control: `opened`)',
    zh: '商户没有开通该产品（控制接口：`opened`）',
    source: transferSources.noRight,
  }),
  number_reused: invalidRequest('documented', '单号已存在但信息不一致，请查单后比较确认', {
    en: 'the out_bill_no made a transfer before, with other values (status and code inferred)',
    zh: '该 out_bill_no 已发起过转账，且参数不同（状态码和错误码为推断）',
    source: faq,
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  }),
  no_longer_repeatable: invalidRequest('documented', '对应单号已超出重试期,请查单确认后决定是否换单请求', {
    en: 'the out_bill_no made a transfer before, with the same values, and not on the last three days of China, today included (status, code and how days count inferred)',
    zh: '该 out_bill_no 以相同参数发起过转账，且已超过 3 个自然日（含发起当日；状态码、错误码和日期算法为推断）',
    source: faq,
  }),
  already_exists: fromPage('400 ALREADY_EXISTS', {
    en: 'the out_bill_no made a transfer before, with the same values, which has come to its end',
    zh: '该 out_bill_no 以相同参数发起过转账，且该转账已有最终结果',
  }),
  appid_unbound: invalidRequest('documented', 'appid和mchid不匹配', {
    en: 'the appid is not bound to the caller (status and code inferred)',
    zh: '该 appid 未与调用方绑定（状态码和错误码为推断）',
    source: faq,
    internalCode: INTERNAL_CODES.appidUnbound,
  }),
  appid_unknown: invalidRequest('observed', 'APPID不存在', {
    en: 'another answer for an appid that is not bound; only as a planned fault',
    zh: 'appid 未绑定时的另一种应答；只能通过故障注入触发',
    source: transferSources.fourRefusals,
    internalCode: INTERNAL_CODES.appidUnbound,
  }),
  scene_not_granted: invalidRequest('observed', '你尚未获取该转账场景', {
    en: 'there is no such scene, or the merchant was not granted it (control: `scenes`)',
    zh: '没有该转账场景，或商户未获得该场景（控制接口：`scenes`）',
    source: transferSources.fourRefusals,
  }),
  report_missing: unfitParameter('observed', '需传入转账场景报备信息，请检查', {
    en: 'transfer_scene_report_infos is empty, or left out of a call that needs it, or has a type of the scene beside one that is not its own',
    zh: 'transfer_scene_report_infos 为空，或须传而未传，或其中既有该场景的类型也有其他类型',
    source: transferSources.reports,
    internalCode: INTERNAL_CODES.parameterInvalid,
  }),
  report_unfit: unfitParameter('observed', '未传入完整且对应的转账场景报备信息，请根据接口文档检查', {
    en: 'transfer_scene_report_infos lacks a type of the scene, has one twice, or has none of them',
    zh: 'transfer_scene_report_infos 缺少该场景的类型、类型重复，或没有一项属于该场景',
    source: transferSources.reports,
    internalCode: INTERNAL_CODES.parameterInvalid,
  }),
  perception_unfit: invalidRequest('observed', '暂不支持展示当前传入的用户收款感知', {
    en: 'user_recv_perception is none of the scene',
    zh: 'user_recv_perception 不是该场景的可选值',
    source: [transferSources.fourRefusals, transferSources.reports],
  }),
  amount_out_of_range: invalidRequest('observed', '超过单笔转账上下限，核实产品设置是否准确', {
    en: 'transfer_amount is less or more than one transfer may be, or a red packet is more than 200 yuan',
    zh: 'transfer_amount 超出单笔上下限，或红包样式超过 200 元',
    source: transferSources.amounts,
  }),
  day_limit: invalidRequest('sibling', '超出商户单日转账额度，请核实产品设置是否准确', {
    en: 'the transfers of the day would be more than 50,000 yuan with transferLimits=live, or 5,000 with sole_trader',
    zh: '商户当日转账合计会超过 50,000 元（设置 transferLimits=live）或 5,000 元（sole_trader）',
    source: transferSources.merchantDay,
  }),
  month_limit: invalidRequest('inferred', '超出商户单月转账额度，请核实产品设置是否准确', {
    en: 'the transfers of the month would be more than 30 million yuan with transferLimits=live, or 100,000 with sole_trader (the limits are documented, the text is ours)',
    zh: '商户当月转账合计会超过 3,000 万元（设置 transferLimits=live）或 10 万元（sole_trader）（额度见文档，文字为自拟）',
  }),
  openid_unfit: invalidRequest('documented', 'Openid格式错误或者不属于商家公众账号，请检查', {
    en: 'the openid is known to belong to another appid (the status is inferred)',
    zh: '已知该 openid 属于另一个 appid（状态码为推断）',
    source: faq,
    internalCode: INTERNAL_CODES.openidInvalid,
  }),
  name_missing: parameterUnfit({
    en: 'user_name is left out, with 2,000 yuan or more (that it is needed is documented)',
    zh: '2,000 元及以上而没有传 user_name（须传见文档）',
  }),
  name_not_allowed: unfitParameter('documented', '0.3元以下不允许输入姓名校验', {
    en: 'user_name is given, with less than 0.3 yuan (the status is inferred)',
    zh: '不足 0.3 元而传了 user_name（状态码为推断）',
    source: faq,
  }),
  name_differs: invalidRequest('documented', '用户姓名与收款微信实名不一致', {
    en: 'the real name of the user is known, and is not user_name (the status is inferred)',
    zh: '已知该用户的实名与 user_name 不同（状态码为推断）',
    source: faq,
  }),
  name_not_verified: invalidRequest('documented', '收款人姓名校验不通过，请核实信息', {
    en: 'another answer for a wrong user_name (status and code inferred); only as a planned fault',
    zh: 'user_name 与实名不一致时的另一种应答（状态码和错误码为推断）；只能通过故障注入触发',
    source: faq,
  }),
  not_enough: refusal(403, 'NOT_ENOUGH')(
    'observed',
    '商户运营账户资金不足，充值后可以原单号发起重试，请勿更换商户单号',
    {
      en: 'the account has less than the transfer takes (control: `balance`)',
      zh: '账户余额不足（控制接口：`balance`）',
      source: transferSources.notEnough,
    },
  ),
} as const satisfies Record<string, Refusal>

export type PlaceRefusal = keyof typeof placeRefusals

/** Refusals of calls whose user confirms. */
export const confirmedRefusals = {
  ...placeRefusals,
  url_unfit: parameterUnfit({
    en: 'an address for callbacks is http, and not on this machine (that https is needed is documented)',
    zh: '回调地址是 http 且不在本机（须用 https 见文档）',
  }),
} as const satisfies Record<string, Refusal>

const { createPage, callbackPage, products, concepts, limits } = transferSources

/** The rules of creating a transfer, in whatever way. */
export const PLACE_RULES: readonly Rule[] = [
  upon(
    REPEAT,
    documented(
      'The same out_bill_no with the same values is answered with the transfer as it is now, for three natural days, until that has come to its end.',
      createPage,
      faq,
    ),
  ),
  documented('The same out_bill_no with other values is refused.', faq),
  inferred('user_name is compared decrypted, and the order of what is reported does not matter.'),
  inferred('Numbers count per merchant, for all ways of creating a transfer together.'),
  inferred('A call that is refused leaves no transfer, and its number may be used again.'),
  inferred(
    'Judged in this order: the fields, whether user_name opens, whether the product is opened, the out_bill_no, appid, the scene, what is reported, user_recv_perception, the style, the amount, openid, whether a name is needed, the name, money.',
  ),
  documented(
    'A scene has its own types in transfer_scene_report_infos, all of them and each once, its own texts for user_recv_perception, and red packets or not.',
    products,
  ),
  inferred(
    'Nothing reported, or one type of the scene beside one that is not its own: 需传入转账场景报备信息，请检查; any other list: 未传入完整且对应的转账场景报备信息，请根据接口文档检查. Both texts were seen, where the line between them is drawn is inferred.',
  ),
  documented(
    'Without user_recv_perception, or with an empty one, the user sees the usual text of the scene.',
    products,
  ),
  documented('A merchant has one scene. The mock grants all of them, until a control call grants others.', faq),
  documented(
    'user_name is encrypted with the key that Wechatpay-Serial names, and needed from 2,000 yuan.',
    createPage,
  ),
  documented('A user_name that is not the real name of the user is refused, where the real name is known.', faq),
  documented('The smallest transfer is 0.1 yuan.', faq, limits),
  documented(
    'With transferLimits=live the largest is 200 yuan, and a merchant transfers 50,000 yuan in a day and 30 million in a month; with sole_trader 200, 5,000 and 100,000. Otherwise the largest is 200,000 yuan, which is ours.',
    limits,
  ),
  inferred(
    'Days and months are those of China in which a transfer was created; neither one that was cancelled nor one whose money does not arrive counts.',
  ),
  documented('The money is locked as the transfer is created, and comes back when it fails or is cancelled.', concepts),
  documented('PROCESSING locks no money.', faq),
  inferred(
    'With transferLocking=slow a transfer is ACCEPTED and PROCESSING for a second each; one that the account is short of money for stays PROCESSING until the number is repeated with enough of it.',
  ),
  reported(
    'A call about transfers without Authorization is answered with 签名信息错误，验签失败, like one on pay endpoints.',
    transferSources.badAuthorization,
  ),
]

/** The rules of a transfer that its user confirms. */
export const CONFIRMED_RULES: readonly Rule[] = [
  documented('notify_url is https and has no query; on this machine it may be http (decision 0007).', createPage),
  inferred('Without notify_url no callback is sent.'),
  documented(
    'Where notify_url is given, MCHTRANSFER.BILL.FINISHED is sent when the transfer comes to its end.',
    callbackPage,
  ),
  observed('The callback has mch_id and mchid, and neither appid, remark nor name.', transferSources.liveCallback),
  documented('The callback of SUCCESS has payment_method_type: CFT (零钱), or WPHK (香港钱包零钱).', callbackPage),
  documented(
    'The callback is repeated ten times every 15 seconds, ten times every 5 minutes and 44 times every 30 minutes; with transferRepeats=payment, like those of payments.',
    callbackPage,
    transferSources.thirdPartyCallbacks,
  ),
  reported('That they are repeated like those of payments was reported.', transferSources.repeats),
  documented(
    'package_info is there while the transfer is WAIT_USER_CONFIRM; those of earlier answers go on working.',
    createPage,
    faq,
  ),
  reported('Each answer has a package_info of its own.', transferSources.samePackages),
  documented(
    'A transfer that nobody has confirmed after 24 hours is FAIL with OVERDUE_CLOSE, and the merchant is told.',
    faq,
    transferSources.lateClosing,
  ),
  observed(
    'It may be closed later, which transferClosesLate says; package_info is dead after 24 hours all the same.',
    transferSources.lateClosing,
  ),
  documented(
    'What the client is called back with says that the page was shown, and not that money has moved.',
    transferSources.clientCall,
  ),
  reported('Closing the page changes nothing.', transferSources.samePackages),
  inferred('Confirmed, it is TRANSFERING for as long as transferTakes says, and then SUCCESS or FAIL.'),
  documented(
    'A transfer fails once it is confirmed, with NAME_NOT_CORRECT where the real name became known meanwhile and is another, and with REAL_NAME_CHECK_FAIL where the user has verified none.',
    transferSources.failReasons,
  ),
  documented(
    'With transferLimits=live a user receives 2,000 yuan of a merchant in a day, with sole_trader 200; what is more fails with DAY_RECEIVED_QUOTA_EXCEED once it is confirmed.',
    limits,
    transferSources.failReasons,
  ),
]

/** Rules of both ways of looking a transfer up. */
export const QUERY_RULES: readonly Rule[] = [
  documented('A transfer is shown for 30 days from its creation.'),
  inferred('An older one is answered like one that does not exist.'),
  documented('A transfer is found by the merchant that made it only.'),
  documented('user_name is there where it was given, encrypted with the key of the API certificate.'),
  inferred('package_info is not shown.'),
  documented('FAIL includes fail_reason; that CANCELLED has MCH_CANCEL is inferred.', transferSources.failReasons),
  documented('update_time is when the state last changed.'),
]

export const CANCEL_RULES: readonly Rule[] = [
  documented('A transfer can be cancelled until the user confirms it.'),
  reported('One that is ACCEPTED or PROCESSING can be cancelled, too.', transferSources.cancelAllowed),
  inferred('One that is TRANSFERING cannot: its money is on its way.'),
  documented('The answer says that the cancel was taken; the money comes back afterwards.'),
  inferred('It is CANCELING for as long as transferCancelTakes says, and then CANCELLED.'),
  inferred('Cancelled again, it is answered with its state.'),
  documented('No body is needed, and {} is taken; what else is sent is not read (inferred).', faq),
]

export const AUTHORIZED_RULES: readonly Rule[] = [
  documented(
    'authorization_id or out_authorization_no names the authorization; both may be given if they name the same (the latter inferred).',
  ),
  documented('The transfer is SUCCESS at once; notify_url is refused, and no callback is sent.', faq),
  documented('transfer_scene_report_infos may be left out; where it is given it has to fit.'),
  documented('A user who has verified no real name, or may not receive more, is refused with USER_ERROR.'),
  inferred('The limit of a day for one user is such a reason.'),
  inferred('Scene and appid are those of the authorization.'),
  inferred('The authorization is judged after the amount, and before openid.'),
  inferred('sponsor_mchid is checked and compared, and changes nothing else.'),
]
