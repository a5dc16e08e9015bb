import type { Language } from '../../../../shared/texts.ts'

const en = {
  title: 'Receive a transfer',
  loading: 'Opening…',
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
  busy: 'One moment…',
  done: 'Done',
  back: 'Back',
  arrived: 'Received',
  underway: 'Processing',
  underwayUntil: (time: string) => `Arrives at ${time} by the mock’s clock.`,
  failed: 'Not received',
  agreed: 'Authorized',
  confirmedBefore: 'You have confirmed this transfer. It is still being processed.',
  what: 'What the mock knows',
  openedWith: 'The page was opened with',
  characters: (count: number) => ` (${count} characters)`,
  left: 'none',
  missing: (names: readonly string[]) =>
    `The address is missing ${names.join(', ')}. Open the page with mchId, appId and package, each encoded with encodeURIComponent.`,
  unreachable: 'The mock does not answer',
  again: 'Try again',
  tokenWhy: 'This mock was started with a control token. This tab remembers it until you close it.',
  token: 'Token',
  tokenWrong: 'The mock rejected this token.',
  open: 'Open',
  ended: 'You have left the page',
  calledBack: 'The program is called back with',
  stays: 'No script opened this window, so it stays open.',
  openAgain: 'Open again',
  standIn:
    'This is wechatpay-mock’s stand-in for the page in WeChat. What you do here affects only the mock; no real money moves.',
  outcome: 'Outcome',
  byItself: 'decided by the mock',
  success: 'the money arrives',
  clock: (time: string) => `By the mock’s clock it is ${time}.`,
  inDashboard: 'Show it in the dashboard',
  state: 'State:',
}

export type Words = typeof en

const zh: Words = {
  title: '确认收款',
  loading: '正在打开…',
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
  busy: '请稍候…',
  done: '完成',
  back: '返回',
  arrived: '已收款',
  underway: '转账处理中',
  underwayUntil: (time) => `按模拟时钟，将于 ${time} 到账。`,
  failed: '收款失败',
  agreed: '已授权',
  confirmedBefore: '你已确认收款，转账仍在处理中。',
  what: '模拟服务的说明',
  openedWith: '打开本页的参数',
  characters: (count) => `（共 ${count} 个字符）`,
  left: '无',
  missing: (names) =>
    `地址中缺少 ${names.join('、')}。打开本页需要 mchId、appId 和 package，每个值都要用 encodeURIComponent 转义。`,
  unreachable: '模拟服务没有应答',
  again: '重试',
  tokenWhy: '该模拟服务启动时设置了控制令牌。输入后，在关闭本标签页之前无需再次输入。',
  token: '令牌',
  tokenWrong: '模拟服务不接受该令牌。',
  open: '打开',
  ended: '已离开收款页',
  calledBack: '调用方得到的回调',
  stays: '本窗口不是由脚本打开的，因此不会自动关闭。',
  openAgain: '重新打开',
  standIn: '这是 wechatpay-mock 的替身页面，代替微信中的确认收款页。操作只影响模拟服务，不涉及真实资金。',
  outcome: '收款结果',
  byItself: '由模拟服务判断',
  success: '收款成功',
  clock: (time) => `模拟时钟现在是 ${time}。`,
  inDashboard: '在仪表盘中查看',
  state: '转账单状态：',
}

/** The language of the page: that of `?lang=`, or else the one that the server found the browser to prefer. */
export const language: Language = languageOf(new URLSearchParams(location.search).get('lang')) ?? documentLanguage()

export const words: Words = language === 'zh' ? zh : en

function languageOf(tag: string | null): Language | undefined {
  const primary = tag?.toLowerCase().split('-', 1)[0]
  return primary === 'en' || primary === 'zh' ? primary : undefined
}

function documentLanguage(): Language {
  return languageOf(document.documentElement.lang) ?? 'en'
}

document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
document.title = `${words.title} · wechatpay-mock`
