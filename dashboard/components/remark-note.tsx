import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { remarkInChinese } from '../state/chinese-remarks.ts'

/** In a line, why an exchange went as it did. */
export function RemarkNote({ exchange: { remark, message } }: { readonly exchange: ExchangeSummaryJson }) {
  if (!remark) return null
  const chinese = remarkInChinese(remark, message)
  if (!chinese) {
    return (
      <span class="note" lang="en">
        {plainText(remark.text)}
      </span>
    )
  }
  return (
    <span class="note">
      {remark.about === 'fault' && texts.value.remarks.fault}
      {plainText(chinese.text)}
    </span>
  )
}
