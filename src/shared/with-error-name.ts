import type { Language } from './texts.ts'

/** Text of a remark, preceded by the name of the error if it is about a refusal: `not_found: …`. */
export function withErrorName(
  { error, text }: { readonly error?: string | undefined; readonly text: string },
  language: Language = 'en',
): string {
  return error === undefined ? text : `${error}${language === 'zh' ? '：' : ': '}${text}`
}
