import type { Language } from '../../../wire/shared/texts.ts'

const en = {
  loading: 'Opening…',
  busy: 'One moment…',
  done: 'Done',
  back: 'Back',
  what: 'What the mock knows',
  openedWith: 'The page was opened with',
  characters: (count: number) => ` (${count} characters)`,
  left: 'none',
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
  clock: (time: string) => `By the mock’s clock it is ${time}.`,
  inDashboard: 'Show it in the dashboard',
  shownInDashboard: 'The open tab of the dashboard shows it.',
}

type Words = typeof en

const zh: Words = {
  loading: '正在打开…',
  busy: '请稍候…',
  done: '完成',
  back: '返回',
  what: '模拟服务的说明',
  openedWith: '打开本页的参数',
  characters: (count) => `（共 ${count} 个字符）`,
  left: '无',
  unreachable: '模拟服务没有应答',
  again: '重试',
  tokenWhy: '该模拟服务启动时设置了控制令牌。输入后，在关闭本标签页之前无需再次输入。',
  token: '令牌',
  tokenWrong: '模拟服务不接受该令牌。',
  open: '打开',
  ended: '已离开本页',
  calledBack: '调用方得到的回调',
  stays: '本窗口不是由脚本打开的，因此不会自动关闭。',
  openAgain: '重新打开',
  standIn: '这是 wechatpay-mock 的替身页面，代替微信中的页面。操作只影响模拟服务，不涉及真实资金。',
  clock: (time) => `模拟时钟现在是 ${time}。`,
  inDashboard: '在仪表盘中查看',
  shownInDashboard: '已在打开的仪表盘标签页中显示。',
}

/** The language of the page: that of `?lang=`, or else the one that the server found the browser to prefer. */
export const language: Language = languageOf(new URLSearchParams(location.search).get('lang')) ?? documentLanguage()

/** The words that each page has. */
export const words: Words = language === 'zh' ? zh : en

function languageOf(tag: string | null): Language | undefined {
  const primary = tag?.toLowerCase().split('-', 1)[0]
  return primary === 'en' || primary === 'zh' ? primary : undefined
}

function documentLanguage(): Language {
  return languageOf(document.documentElement.lang) ?? 'en'
}
