import { attemptReasonsZh } from '../../src/control/attempt-reasons-zh.ts'
import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import type { ShownNotification } from '../../src/control/formats/notification.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { zh } from '../texts/zh.ts'
import { readable } from '../times.ts'
import { language } from './appearance.ts'
import { inChinese } from './diagnosis-texts.ts'
import { meaningOf } from './effects.ts'

/** A remark of an exchange, in full or in a summary. */
export type Remark = ExchangeJson['remarks'][number] | NonNullable<ExchangeSummaryJson['remark']>
type Attempt = NonNullable<Remark['attempt']>
type ShownAttempt = Pick<ShownNotification['attempts'][number], 'error' | 'reason'>

/** A remark in Chinese, where the page is. */
export interface ChineseRemark {
  readonly text: string
  /** Whether it says everything that the English one does. */
  readonly complete: boolean
}

/**
 * What stands on a Chinese page in place of a remark of the mock, which is English: what is proved of the signature, why a callback was not
 * taken, what a planned fault did, or else what WeChat Pay's side has answered. `undefined` on an English page, and where there is nothing.
 *
 * @param message that WeChat Pay's side has answered with
 */
export function remarkInChinese(remark: Remark, message: string | undefined): ChineseRemark | undefined {
  if (language.value !== 'zh') return undefined
  const { about, attempt, causes = [], effects = [], verdict, text } = remark
  if (attempt) return { text: attemptText(attempt), complete: true }
  const explanations = causes.flatMap((cause) => inChinese(cause)?.explanation ?? [])
  if (explanations.length > 0) return { text: explanations.join(''), complete: true }
  if (verdict) return { text: zh.diagnosis.verdicts[verdict], complete: true }
  if (about === 'fault') {
    const what = [...effects.map(meaningOf), ...(message === undefined ? [] : [message])]
    return what.length === 0 ? undefined : { text: what.join('；'), complete: true }
  }
  if (message === undefined) return undefined
  // Which field is wrong, WeChat Pay's side does not always say, and the mock does.
  const [field = ''] = /\/(?:body|query|path)\/[^\s:]+/.exec(text) ?? []
  const place = field === '' || message.includes(field) ? '' : `（${field}）`
  return { text: message + place, complete: false }
}

function attemptText({ reason: { name, value = '' }, next_time }: Attempt): string {
  const why = name === 'not_taken' ? '未被接受，只有 200 和 204 表示接受' : attemptReasonsZh[name](value)
  return `${why}。${next_time === undefined ? '之后不再重发' : `将于 ${readable(next_time)} 重发`}。`
}

/** Why an attempt to deliver a callback failed, in the page's language where it has words for that. */
export function failureOf({ error, reason }: ShownAttempt): string | undefined {
  if (language.value !== 'zh' || !reason) return error
  return attemptReasonsZh[reason.name](reason.value ?? '')
}
