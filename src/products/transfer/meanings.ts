import type { Texts } from '../../wire/shared/texts.ts'

/** Words and scenes of the service: in its rules, for people in the dashboard, and on the page of the phone, where no schemas are loaded. */

/** Why a transfer may fail: the vendor's list (订单失败原因说明), and three more of a third party's at its end (mch-transfer.md 6). */
export const FAIL_REASON_MEANINGS = {
  ACCOUNT_FROZEN: { en: 'the account of the user is frozen', zh: '用户账户已冻结' },
  ACCOUNT_NOT_EXIST: { en: 'the user has no account', zh: '用户账户不存在' },
  BANK_CARD_ACCOUNT_ABNORMAL: {
    en: 'the bank card is closed, frozen, void or reported lost',
    zh: '银行卡已销户、冻结、作废或挂失',
  },
  BANK_CARD_BANK_INFO_WRONG: { en: 'the bank or its branch is not as registered', zh: '银行或支行信息有误' },
  BANK_CARD_CARD_INFO_WRONG: { en: 'the name or the number of the bank card is wrong', zh: '银行卡户名或卡号有误' },
  BANK_CARD_COLLECTIONS_ABOVE_QUOTA: {
    en: 'the bank card has received as much as its class allows',
    zh: '银行卡为二、三类卡，已达收款限额',
  },
  BANK_CARD_PARAM_ERROR: { en: 'the details of the bank card are wrong', zh: '用户收款卡信息有误' },
  BANK_CARD_STATUS_ABNORMAL: { en: 'the bank card cannot receive money', zh: '银行卡状态异常，无法入账' },
  BLOCK_B2C_USERLIMITAMOUNT_BSRULE_MONTH: {
    en: 'the user has received as much as one may in a month',
    zh: '用户本月转账收款已达限额',
  },
  BLOCK_B2C_USERLIMITAMOUNT_MONTH: {
    en: 'the account is at risk, and cannot receive more this month',
    zh: '用户账户存在风险，本月收款受限',
  },
  DAY_RECEIVED_COUNT_EXCEED: { en: 'the user has received too many transfers today', zh: '超过用户单日收款次数' },
  DAY_RECEIVED_QUOTA_EXCEED: { en: 'the user would receive too much today', zh: '超过用户单日收款额度' },
  EXCEEDED_ESTIMATED_AMOUNT: { en: 'the amount is more than was reserved', zh: '金额超出预约范围' },
  ID_CARD_NOT_CORRECT: { en: 'the identity card is not that of the user', zh: '收款人身份证校验不通过' },
  MCH_CANCEL: { en: 'the merchant cancelled the transfer', zh: '商户已撤销转账' },
  MERCHANT_REJECT: { en: 'the member of staff who has to approve it refused', zh: '商户的转账验密人已驳回' },
  MERCHANT_NOT_CONFIRM: {
    en: 'the member of staff who has to approve it did not in time',
    zh: '商户的转账验密人超时未验密',
  },
  NAME_NOT_CORRECT: { en: 'the name given is not the real name of the user', zh: '收款人姓名与实名信息不一致' },
  OPENID_INVALID: { en: 'the openid is wrong, or belongs to another appid', zh: 'openid 有误，或不属于该 appid' },
  OTHER_FAIL_REASON_TYPE: { en: 'another reason', zh: '其他原因' },
  OVERDUE_CLOSE: { en: 'nobody confirmed it in time', zh: '超时未确认，已关闭' },
  PAYEE_ACCOUNT_ABNORMAL: {
    en: 'the account of the user lacks identity information',
    zh: '用户账户收款异常，需完善身份信息',
  },
  PAYER_ACCOUNT_ABNORMAL: { en: 'the merchant may not pay out for now', zh: '商户账户付款受限' },
  PRODUCT_AUTH_CHECK_FAIL: {
    en: 'the merchant has not opened the product, or lost it',
    zh: '商户未开通该产品，或权限已冻结',
  },
  REALNAME_ACCOUNT_RECEIVED_QUOTA_EXCEED: {
    en: 'the account of the user may not receive money for now',
    zh: '用户账户收款受限',
  },
  REAL_NAME_CHECK_FAIL: { en: 'the user has not verified a real name', zh: '用户未实名认证' },
  RECEIVE_ACCOUNT_NOT_CONFIGURE: {
    en: 'the receiving account is not configured for the scene',
    zh: '转账场景中未配置收款账户',
  },
  RESERVATION_INFO_NOT_MATCH: { en: 'it differs from what was reserved', zh: '转账信息与预约时不一致' },
  RESERVATION_SCENE_NOT_MATCH: { en: 'its scene is not that of the reservation', zh: '转账场景与预约单不同' },
  RESERVATION_STATE_INVALID: { en: 'the reservation is in another state', zh: '预约单状态异常' },
  TRANSFER_QUOTA_EXCEED: { en: 'the amount is more than a user may receive at once', zh: '超过用户单笔收款额度' },
  TRANSFER_REMARK_SET_FAIL: { en: 'the remark could not be set', zh: '转账备注设置失败' },
  TRANSFER_RISK: { en: 'WeChat Pay stopped it as a risk', zh: '转账可能存在风险，已被微信支付拦截' },
  TRANSFER_SCENE_INVALID: { en: 'the merchant was not granted the scene', zh: '商户尚未获得该转账场景' },
  TRANSFER_SCENE_UNAVAILABLE: { en: 'the scene cannot be used for now', zh: '该转账场景暂不可用' },
  RELATED_ORDER_TRANSFER_AMOUNT_EXCEED: {
    en: 'the transfers for the order would be more than it allows',
    zh: '关联订单的转账金额超限',
  },
  RELATED_ORDER_TRANSFER_COUNT_EXCEED: {
    en: 'there are too many transfers for the order',
    zh: '关联订单的转账次数超限',
  },
  BUDGET_NOT_ENOUGH: { en: 'the budget is used up', zh: '预算不足' },
} as const satisfies Readonly<Record<string, Texts>>

export type FailReason = keyof typeof FAIL_REASON_MEANINGS

export const FAIL_REASONS = Object.keys(FAIL_REASON_MEANINGS) as readonly FailReason[]

/** A word of the service with what it means. */
export function withMeaning<Word extends string>(word: Word, meanings: Readonly<Record<Word, Texts>>): Texts {
  const { en, zh } = meanings[word]
  return { en: `${word}: ${en}`, zh: `${word} ${zh}` }
}

/** A scene (转账场景): the purpose of a transfer, and the report that it needs. */
export interface Scene {
  readonly name: string
  readonly english: string
  /** The types of its report (转账场景报备信息): all of them, each once, in any order. */
  readonly reports: readonly string[]
  /** Reasons that the user may be shown, the usual one first. */
  readonly perceptions: readonly [string, ...string[]]
  /** Its transfers may be shown as red packets (红包样式). */
  readonly redPackets?: true
}

/** The scenes that a merchant may be granted, by their ids. */
export const SCENES: Readonly<Record<string, Scene>> = {
  1000: {
    name: '现金营销',
    english: 'cash for marketing',
    reports: ['活动名称', '奖励说明'],
    perceptions: ['活动奖励', '现金奖励'],
    redPackets: true,
  },
  1002: {
    name: '行政补贴',
    english: 'public subsidy',
    reports: ['补贴类型'],
    perceptions: ['行政补贴', '行政奖励'],
    redPackets: true,
  },
  1004: {
    name: '保险理赔',
    english: 'insurance claim',
    reports: ['保险产品备案编号', '保险名称', '保险操作单号'],
    perceptions: ['保险理赔款'],
  },
  1005: {
    name: '佣金报酬',
    english: 'commission',
    reports: ['岗位类型', '报酬说明'],
    perceptions: ['劳务报酬', '报销款', '企业补贴', '开工利是'],
    redPackets: true,
  },
  1009: { name: '采购货款', english: 'payment for goods', reports: ['采购商品名称'], perceptions: ['货款'] },
  1010: {
    name: '二手回收',
    english: 'buying second-hand goods',
    reports: ['回收商品名称'],
    perceptions: ['二手回收货款'],
  },
  1011: {
    name: '企业赔付',
    english: 'compensation',
    reports: ['赔付原因'],
    perceptions: ['退款', '商家赔付'],
    redPackets: true,
  },
  1013: {
    name: '公益补助',
    english: 'charity',
    reports: ['公益活动名称', '公益活动备案编号'],
    perceptions: ['公益补助金'],
  },
}

export const ALL_SCENES: readonly string[] = Object.keys(SCENES)

/** Scenes by name, where one is chosen. */
export const SCENE_NAMES: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.entries(SCENES).map(([id, { name, english }]) => [id, { en: `${name}: ${english}`, zh: name }]),
)

/** A scene by its id and its name. */
export function describeScene(id: string): Texts {
  const { en, zh } = SCENE_NAMES[id] ?? { en: '', zh: '' }
  return { en: `${id} ${en}`.trim(), zh: `${id} ${zh}`.trim() }
}
