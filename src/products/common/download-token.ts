import { createHash } from 'node:crypto'

/**
 * A token for the address of a file. It says which file it opens, whose that is and until when, so that nothing has to be kept of it. No secret is in
 * it: anybody can make one up.
 *
 * @param kind the files that it may open, such as `receipt of a transfer`
 * @param parts texts without a slash
 */
export function tokenOf(kind: string, parts: readonly (string | number)[]): string {
  return sealed(kind, parts.join('/'))
}

/** The parts of a token that {@link tokenOf} made for this kind; `undefined` for any other text. */
export function partsOf(kind: string, token: string): readonly string[] | undefined {
  const text = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')
  return token === sealed(kind, text) ? text.split('/') : undefined
}

function sealed(kind: string, text: string): string {
  const digest = createHash('sha256').update(`${kind}: ${text}`).digest('base64url')
  return `${Buffer.from(text).toString('base64url')}.${digest}`
}
