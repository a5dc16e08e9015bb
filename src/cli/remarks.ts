import type { Remark } from '../engine/journal/journal.ts'
import { withErrorName } from '../shared/with-error-name.ts'
import type { Language } from './language.ts'

/** Topics of remarks in Chinese; English output shows the journal's own names. */
const ABOUT_ZH: Readonly<Record<Remark['about'], string>> = {
  headers: '请求头',
  authorization: 'Authorization',
  scheme: '认证类型',
  timestamp: '时间戳',
  merchant: '商户状态',
  serial: '证书序列号',
  signature: '签名',
  callback: '回调',
  body: '请求体',
  path: '路径',
  refusal: '拒绝原因',
  fault: '故障注入',
  store: '存储',
  bug: '模拟服务的缺陷',
}

/** The topic of a remark in a language; the bare name for a topic that only a newer mock knows. */
export function aboutIn(language: Language, about: string): string {
  return language === 'zh' && Object.hasOwn(ABOUT_ZH, about) ? ABOUT_ZH[about as Remark['about']] : about
}

/** A remark preceded by its topic and, for a refusal, the name of the error. */
export function remarkLine(
  language: Language,
  { about, error, text }: { readonly about: string; readonly error?: string | undefined; readonly text: string },
): string {
  return `${aboutIn(language, about)}${language === 'zh' ? '：' : ': '}${withErrorName({ error, text }, language)}`
}
