import type { WireRequest } from '../engine/wire.ts'
import { headersToRepeat } from './sign-afresh.ts'

/** A word as bash and zsh read it, whatever is in it. */
function quoted(word: string): string {
  return /[\n\r\t]/.test(word)
    ? `$'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`
    : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** The request as a command for bash and zsh that sends it byte for byte. */
export function curlCommand({ method, target, headers, body }: WireRequest, baseUrl: string): string {
  const text = textOf(body)
  const lines = [
    `curl -sS -i --path-as-is -X ${quoted(method)} ${quoted(baseUrl + target)}`,
    ...Object.entries(headersToRepeat(headers)).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body.length === 0 ? [] : text === undefined ? ['--data-binary @-'] : [`--data-raw ${quoted(text)}`]),
  ]
  const command = lines.join(' \\\n  ')
  return text === undefined
    ? `printf %s ${quoted(Buffer.from(body).toString('base64'))} | base64 --decode | ${command}`
    : command
}

/** The body as text; `undefined` for bytes that a shell's word can not hold. */
function textOf(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return text.includes('\0') ? undefined : text
  } catch {
    // The decoder throws for bytes that are not UTF-8 only.
    return undefined
  }
}
