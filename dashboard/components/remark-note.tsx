import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import { plainText } from '../plain-text.ts'
import { language, texts } from '../state/appearance.ts'
import { inChinese } from '../state/diagnosis-texts.ts'

/** In a line, why an exchange went as it did. */
export function RemarkNote({ exchange }: { readonly exchange: ExchangeSummaryJson }) {
  const { remark } = exchange
  if (!remark) return null
  return <span class="note">{plainText((language.value === 'zh' && chineseNote(exchange)) || remark.text)}</span>
}

/** The mock's own remarks are English: in their place what is proved of the signature, or else what WeChat Pay's side has answered. */
function chineseNote({ remark, message }: ExchangeSummaryJson): string | undefined {
  const { causes = [], verdict, about, text = '' } = remark ?? {}
  const explanations = causes.flatMap((cause) => inChinese(cause)?.explanation ?? [])
  if (explanations.length > 0) return explanations.join('')
  if (verdict) return texts.value.diagnosis.verdicts[verdict]
  if (message === undefined) return undefined
  // Which field is wrong, WeChat Pay's side does not always say, and the mock does.
  const [field = ''] = /\/(?:body|query|path)\/[^\s:]+/.exec(text) ?? []
  const place = field === '' || message.includes(field) ? '' : `（${field}）`
  return `${about === 'fault' ? texts.value.remarks.fault : ''}${message}${place}`
}
