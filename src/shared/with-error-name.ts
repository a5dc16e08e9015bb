import type { Language } from './texts.ts'

/** What a remark says, behind the name of the error where it is of a refusal: `not_found: there is no batch 100088`. */
export function withErrorName(
  { error, text }: { readonly error?: string | undefined; readonly text: string },
  language: Language = 'en',
): string {
  return error === undefined ? text : `${error}${language === 'zh' ? '：' : ': '}${text}`
}
