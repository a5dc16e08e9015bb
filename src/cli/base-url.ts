import { InvalidArgumentError } from 'commander'
import type { Texts } from './texts/en.ts'

/** Reads the address of a mock: scheme, host and port, without a path. */
export function parseBaseUrl(text: string, { credentials: { urlExpected } }: Texts): string {
  const url = URL.parse(text)
  const bare = url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && !url.search && !url.hash
  if (!bare) throw new InvalidArgumentError(urlExpected)
  return url.origin
}
