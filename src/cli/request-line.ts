import { usageError } from './command.ts'
import { commonTexts, type Language } from './texts.ts'

/** A request's method in the form that is signed: upper case. */
export function methodOf(text: string, language: Language): string {
  if (!/^[A-Za-z]{1,20}$/.test(text)) throw usageError(commonTexts[language].requestLine.badMethod(text))
  return text.toUpperCase()
}

/** The part of a URL that is signed: path and query, byte for byte as given. @throws UsageError for text that cannot be in a request line */
export function targetOf(url: string, language: Language): string {
  const { requestLine } = commonTexts[language]
  const rest = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const target = rest === url || rest.startsWith('/') ? rest : `/${rest}`
  if (!target.startsWith('/')) throw usageError(requestLine.badUrl(url))
  if (/[\s\p{Cc}]/u.test(target)) throw usageError(requestLine.blankInUrl(url))
  return target
}
