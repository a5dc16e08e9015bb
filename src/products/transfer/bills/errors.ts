import { commonErrors, INTERNAL_CODES } from '../../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { transferSources } from '../sources.ts'

/** Errors that several calls around transfers have in common, word for word. */

export const notOpened = {
  status: 403,
  code: 'NO_AUTH',
  message: '当前商户号没有相关权限，暂不支持使用',
  when: {
    en: 'the merchant has not opened the product (control: `opened`)',
    zh: '商户没有开通该产品（控制接口：`opened`）',
  },
  evidence: 'observed',
  source: transferSources.noRight,
} as const satisfies ErrorDefinition

export const billNotFound = {
  status: 404,
  code: 'NOT_FOUND',
  message: '记录不存在',
  when: {
    en: 'the caller has no such transfer, or it was created more than 30 days ago (the latter inferred)',
    zh: '调用方没有该转账单，或其创建已超过 30 天（后者为推断）',
  },
  evidence: 'sibling',
  source: transferSources.samePackages,
} as const satisfies ErrorDefinition

export const appidUnbound = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: 'APPID不存在',
  when: { en: 'the appid is not bound to the caller', zh: '该 appid 未与调用方绑定' },
  evidence: 'observed',
  source: transferSources.fourRefusals,
  internalCode: INTERNAL_CODES.appidUnbound,
} as const satisfies ErrorDefinition

export const sceneNotGranted = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '你尚未获取该转账场景',
  when: {
    en: 'there is no such scene, or the merchant was not granted it (control: `scenes`)',
    zh: '没有该转账场景，或商户未获得该场景（控制接口：`scenes`）',
  },
  evidence: 'observed',
  source: transferSources.fourRefusals,
} as const satisfies ErrorDefinition

export const perceptionUnfit = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '暂不支持展示当前传入的用户收款感知',
  when: { en: 'user_recv_perception is none of the scene', zh: 'user_recv_perception 不是该场景的可选值' },
  evidence: 'observed',
  source: [transferSources.fourRefusals, transferSources.reports],
} as const satisfies ErrorDefinition

export const openidUnfit = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: 'Openid格式错误或者不属于商家公众账号',
  when: {
    en: 'the openid is known to belong to another appid (text reported, status and code inferred)',
    zh: '已知该 openid 属于另一个 appid（文字来自开发者反馈，状态码和错误码为推断）',
  },
  evidence: 'reported',
  source: transferSources.amounts,
  internalCode: INTERNAL_CODES.openidInvalid,
} as const satisfies ErrorDefinition

export const urlUnfit = {
  ...commonErrors.parameter_invalid,
  when: {
    en: 'an address for callbacks is http, and not on this machine (that https is needed is documented)',
    zh: '回调地址是 http 且不在本机（须用 https 见文档）',
  },
  evidence: 'inferred',
} as const satisfies ErrorDefinition

const ipNotAllowed = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '此IP地址不允许调用接口，请按开发指引设置',
  when: {
    en: "the caller's address is not on the merchant's list; only as a planned fault",
    zh: '调用方的 IP 不在商户设置的名单中；只能通过故障注入触发',
  },
  evidence: 'observed',
  source: transferSources.fourRefusals,
} as const satisfies ErrorDefinition

/** Errors of every way of creating a transfer, in the order in which they are judged. */
export const placeErrors = {
  ip_not_allowed: ipNotAllowed,
  url_unfit: urlUnfit,
  not_opened: notOpened,
  number_reused: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '商户单号已被使用，且请求参数与之前不一致',
    when: {
      en: 'the out_bill_no made a transfer before, with other values (the text is ours)',
      zh: '该 out_bill_no 已发起过转账，且参数不同（文字为自拟）',
    },
    evidence: 'inferred',
    internalCode: INTERNAL_CODES.repeatedWithOtherValues,
  },
  appid_unbound: appidUnbound,
  scene_not_granted: sceneNotGranted,
  report_missing: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '需传入转账场景报备信息，请检查',
    when: {
      en: 'transfer_scene_report_infos is left out or empty, or has a type of the scene beside one that is not its own',
      zh: '没有传 transfer_scene_report_infos 或为空，或其中既有该场景的类型也有其他类型',
    },
    evidence: 'observed',
    source: transferSources.reports,
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  report_unfit: {
    status: 400,
    code: 'PARAM_ERROR',
    message: '未传入完整且对应的转账场景报备信息，请根据接口文档检查',
    when: {
      en: 'transfer_scene_report_infos lacks a type of the scene, has one twice, or has none of them',
      zh: 'transfer_scene_report_infos 缺少该场景的类型、类型重复，或没有一项属于该场景',
    },
    evidence: 'observed',
    source: transferSources.reports,
    internalCode: INTERNAL_CODES.parameterInvalid,
  },
  perception_unfit: perceptionUnfit,
  amount_out_of_range: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '超过单笔转账上下限，核实产品设置是否准确',
    when: {
      en: 'transfer_amount is less or more than one transfer may be, or a red packet is more than 200 yuan',
      zh: 'transfer_amount 超出单笔上下限，或红包样式超过 200 元',
    },
    evidence: 'observed',
    source: transferSources.amounts,
  },
  day_limit: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '超出商户单日转账额度，请核实产品设置是否准确',
    when: {
      en: 'with transferLimits=live: the transfers of the day would be more than 50,000 yuan',
      zh: '设置 transferLimits=live 时：商户当日转账合计会超过 50,000 元',
    },
    evidence: 'sibling',
    source: transferSources.merchantDay,
  },
  openid_unfit: openidUnfit,
  name_missing: {
    ...commonErrors.parameter_invalid,
    when: {
      en: 'user_name is left out, with 2,000 yuan or more (that it is needed is documented)',
      zh: '2,000 元及以上而没有传 user_name（须传见文档）',
    },
    evidence: 'inferred',
  },
  name_not_allowed: {
    status: 400,
    code: 'INVALID_REQUEST',
    message: '转账金额低于0.3元，不支持传入收款用户姓名',
    when: {
      en: 'user_name is given, with less than 0.3 yuan (the rule is that of a sister product, the text ours)',
      zh: '不足 0.3 元而传了 user_name（规则来自同类产品，文字为自拟）',
    },
    evidence: 'sibling',
    source: transferSources.walletPages,
  },
  not_enough: {
    status: 403,
    code: 'NOT_ENOUGH',
    message: '商户运营账户资金不足，充值后可以原单号发起重试，请勿更换商户单号',
    when: {
      en: 'the account has less than the transfer takes (control: `balance`)',
      zh: '账户余额不足（控制接口：`balance`）',
    },
    evidence: 'observed',
    source: transferSources.notEnough,
  },
} as const satisfies Record<string, ErrorDefinition>
