import { plainText } from '../plain-text.ts'
import { type Remark, remarkInChinese } from '../state/chinese-remarks.ts'

/** What a remark of the mock says, in the page's language; on a Chinese page with the mock's English, where that says more. */
export function RemarkText({
  remark,
  message,
}: {
  readonly remark: Remark
  /** The message that WeChat Pay's side answered with. */
  readonly message: string | undefined
}) {
  const chinese = remarkInChinese(remark, message)
  return (
    <>
      {chinese && plainText(chinese.text)}
      {!chinese?.complete && (
        <span class={chinese ? 'in-english quiet' : undefined} lang="en">
          {plainText(remark.text)}
        </span>
      )}
    </>
  )
}
