import type { Texts } from '../../shared/texts.ts'
import type { FAIL_REASONS } from './spellings.ts'

/** Why a transfer failed, as the user reads it, in words of ours. A browser that loads it loads no schemas. */
export const FAIL_REASON_WORDS: Readonly<Record<(typeof FAIL_REASONS)[number], Texts>> = {
  ACCOUNT_FROZEN: { en: 'Your account is frozen.', zh: '你的账户已被冻结' },
  ACCOUNT_NOT_EXIST: { en: 'Your account does not exist.', zh: '你的账户不存在' },
  BANK_CARD_ACCOUNT_ABNORMAL: { en: 'There is something wrong with your bank account.', zh: '银行卡账户异常' },
  BANK_CARD_BANK_INFO_WRONG: { en: 'The bank of your card does not fit.', zh: '银行卡的开户行信息有误' },
  BANK_CARD_CARD_INFO_WRONG: { en: 'The details of your bank card are wrong.', zh: '银行卡的卡号或户名有误' },
  BANK_CARD_COLLECTIONS_ABOVE_QUOTA: { en: 'Your bank card takes no more for now.', zh: '银行卡收款已超过限额' },
  BANK_CARD_PARAM_ERROR: { en: 'The details of your bank card are incomplete.', zh: '银行卡信息不完整' },
  BANK_CARD_STATUS_ABNORMAL: { en: 'Your bank card cannot be used now.', zh: '银行卡状态异常' },
  BLOCK_B2C_USERLIMITAMOUNT_BSRULE_MONTH: {
    en: 'You have received as much as you may in a month.',
    zh: '本月收款已达到限额',
  },
  BLOCK_B2C_USERLIMITAMOUNT_MONTH: {
    en: 'Your account may not receive more this month.',
    zh: '账户收款受限，本月不能再收款',
  },
  DAY_RECEIVED_COUNT_EXCEED: { en: 'You have received as often as you may today.', zh: '今日收款次数已达到上限' },
  DAY_RECEIVED_QUOTA_EXCEED: { en: 'You have received as much as you may today.', zh: '今日收款已达到限额' },
  EXCEEDED_ESTIMATED_AMOUNT: { en: 'The amount is higher than announced.', zh: '金额超过预估金额' },
  ID_CARD_NOT_CORRECT: { en: 'The identity card is not yours.', zh: '身份证信息不一致' },
  MCH_CANCEL: { en: 'The merchant has cancelled the transfer.', zh: '商家已撤销转账' },
  MERCHANT_REJECT: { en: 'The merchant has rejected the transfer.', zh: '商家已驳回转账' },
  MERCHANT_NOT_CONFIRM: { en: 'The merchant has not approved the transfer in time.', zh: '商家未及时确认转账' },
  NAME_NOT_CORRECT: { en: 'The name is not the one you are verified with.', zh: '收款人姓名与实名信息不一致' },
  OPENID_INVALID: { en: 'The merchant has addressed the transfer wrongly.', zh: '商家填写的收款用户有误' },
  OTHER_FAIL_REASON_TYPE: { en: 'The transfer could not be made.', zh: '转账未能完成' },
  OVERDUE_CLOSE: { en: 'The transfer was not confirmed in time.', zh: '超时未确认，转账已关闭' },
  PAYEE_ACCOUNT_ABNORMAL: { en: 'Your account cannot receive money now.', zh: '你的账户收款异常' },
  PAYER_ACCOUNT_ABNORMAL: { en: "The merchant's account cannot pay now.", zh: '商家账户付款受限' },
  PRODUCT_AUTH_CHECK_FAIL: { en: 'The merchant may not make transfers.', zh: '商家没有转账权限' },
  REALNAME_ACCOUNT_RECEIVED_QUOTA_EXCEED: {
    en: 'Your account has received as much as it may.',
    zh: '账户收款已达到限额',
  },
  REAL_NAME_CHECK_FAIL: {
    en: 'Your name is not verified. Verify it, and try again.',
    zh: '你尚未实名认证，请完成认证后再试',
  },
  RECEIVE_ACCOUNT_NOT_CONFIGURE: {
    en: 'The merchant has not listed you among those who are paid.',
    zh: '商家未将你列入收款用户名单',
  },
  RESERVATION_INFO_NOT_MATCH: { en: 'The transfer is not the one announced.', zh: '转账信息与预约不一致' },
  RESERVATION_SCENE_NOT_MATCH: { en: 'The scene is not the one announced.', zh: '转账场景与预约不一致' },
  RESERVATION_STATE_INVALID: { en: 'What was announced is no longer valid.', zh: '预约已失效' },
  TRANSFER_QUOTA_EXCEED: { en: 'The amount is more than you may receive at once.', zh: '超过单笔收款限额' },
  TRANSFER_REMARK_SET_FAIL: { en: 'The remark could not be set.', zh: '转账备注设置失败' },
  TRANSFER_RISK: { en: 'The transfer was stopped, as it may be risky.', zh: '该笔转账可能存在风险，已被拦截' },
  TRANSFER_SCENE_INVALID: { en: 'The scene of the transfer is not valid.', zh: '转账场景无效' },
  TRANSFER_SCENE_UNAVAILABLE: { en: 'The scene of the transfer cannot be used now.', zh: '转账场景暂不可用' },
  RELATED_ORDER_TRANSFER_AMOUNT_EXCEED: {
    en: 'The transfers for this order are more than it allows.',
    zh: '该订单的转账金额已超过上限',
  },
  RELATED_ORDER_TRANSFER_COUNT_EXCEED: {
    en: 'There are too many transfers for this order.',
    zh: '该订单的转账次数已超过上限',
  },
  BUDGET_NOT_ENOUGH: { en: 'The merchant has no budget left.', zh: '商家预算不足' },
}
