import { createHash } from 'node:crypto'
import { LAST_INSTANT } from '../../wire/shared/china-time.ts'

/** The contents of a token in the address of a file, so that nothing has to be kept of it. */
interface DownloadToken {
  /** Which file it opens, and whose that is: texts without a slash. */
  readonly parts: readonly string[]
  /** Until when it does, epoch milliseconds. */
  readonly until: number
}

/**
 * Writes a token. No secret is in it: anybody can make one up.
 *
 * @param kind the files that it may open, such as `receipt of a transfer`
 */
export function writeDownloadToken(kind: string, { parts, until }: DownloadToken): string {
  return sealed(kind, [...parts, until].join('/'))
}

/** Reads a token that {@link writeDownloadToken} wrote for this kind of files; `undefined` for any other text. */
export function readDownloadToken(kind: string, token: string): DownloadToken | undefined {
  const text = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')
  const parts = text.split('/')
  const until = Number(parts.pop() || undefined)
  return token === sealed(kind, text) && until >= 0 && until <= LAST_INSTANT ? { parts, until } : undefined
}

function sealed(kind: string, text: string): string {
  const digest = createHash('sha256').update(`${kind}: ${text}`).digest('base64url')
  return `${Buffer.from(text).toString('base64url')}.${digest}`
}
