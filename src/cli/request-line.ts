import type { Texts } from './texts/en.ts'
import { usageError } from './usage.ts'

/** Where a server listens that was started without options. */
export const DEFAULT_URL = 'http://127.0.0.1:8089'

/** A request's method as it is signed: upper case. */
export function methodOf(text: string, { requestLine }: Texts): string {
  if (!/^[A-Za-z]{1,20}$/.test(text)) throw usageError(requestLine.badMethod(text))
  return text.toUpperCase()
}

/**
 * What is signed of a URL: path and query, byte for byte as they were given.
 *
 * @throws UsageError for what can not stand in a request line
 */
export function targetOf(url: string, { requestLine }: Texts): string {
  const rest = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const target = rest === url || rest.startsWith('/') ? rest : `/${rest}`
  if (!target.startsWith('/')) throw usageError(requestLine.badUrl(url))
  if (/[\s\p{Cc}]/u.test(target)) throw usageError(requestLine.blankInUrl(url))
  return target
}
