import { language } from '../../../../doors/browser/phone/words.ts'

const en = {
  title: 'Receive a transfer',
  transfers: 'is sending you money',
  hasPacket: 'has a red packet for you',
  asks: 'asks to pay you without confirmation',
  authorization: 'Skip confirmation',
  asksMore: (name: string) => `Let this merchant pay me (${name}) without asking in future`,
  agreement: (scene: string) =>
    `Once you agree, the merchant’s transfers for ${scene} arrive without asking you each time. You can withdraw your consent at any time.`,
  scene: 'Scene',
  remark: 'Remark',
  name: 'Name',
  payee: 'Payee',
  number: 'Reference',
  until: 'Valid until',
  receive: 'Receive',
  openPacket: 'Open',
  complete: 'Complete',
  agree: 'Agree',
  notNow: 'Not now',
  notAgreeing: 'Not now',
  arrived: 'Received',
  underway: 'Processing',
  underwayUntil: (time: string) => `Arrives at ${time} by the mock’s clock.`,
  failed: 'Not received',
  agreed: 'Authorized',
  confirmedBefore: 'You have confirmed this transfer. It is still being processed.',
  missing: (names: readonly string[]) =>
    `The address is missing ${names.join(', ')}. Open the page with mchId, appId and package, each encoded with encodeURIComponent.`,
  outcome: 'Outcome',
  byItself: 'decided by the mock',
  success: 'the money arrives',
  state: 'State:',
}

type Words = typeof en

const zh: Words = {
  title: '确认收款',
  transfers: '向你转账',
  hasPacket: '给你发了一个红包',
  asks: '申请以后向你转账时免确认',
  authorization: '免确认收款授权',
  asksMore: (name) => `同意商家以后向我（${name}）转账时无需确认`,
  agreement: (scene) => `同意后，商家在“${scene}”场景下向你转账时无需你逐笔确认。你可以随时取消授权。`,
  scene: '转账场景',
  remark: '转账备注',
  name: '收款人',
  payee: '收款用户',
  number: '商户单号',
  until: '有效期至',
  receive: '确认收款',
  openPacket: '拆开红包',
  complete: '继续收款',
  agree: '同意授权',
  notNow: '暂不收款',
  notAgreeing: '暂不授权',
  arrived: '已收款',
  underway: '转账处理中',
  underwayUntil: (time) => `按模拟时钟，将于 ${time} 到账。`,
  failed: '收款失败',
  agreed: '已授权',
  confirmedBefore: '你已确认收款，转账仍在处理中。',
  missing: (names) =>
    `地址中缺少 ${names.join('、')}。打开本页需要 mchId、appId 和 package，每个值都要用 encodeURIComponent 转义。`,
  outcome: '收款结果',
  byItself: '由模拟服务判断',
  success: '收款成功',
  state: '转账单状态：',
}

/** The words of this page alone. */
export const words: Words = language === 'zh' ? zh : en
