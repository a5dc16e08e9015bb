import type { WireRequest } from '../engine/http-message.ts'
import { headersToRepeat } from './sign-afresh.ts'

/** A word as bash and zsh read it, whatever is in it. */
function quoted(word: string): string {
  return /[\n\r\t]/.test(word)
    ? `$'${word.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`
    : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** What curl adds of its own accord where a request has no such field. */
function ownFields(body: Uint8Array): readonly string[] {
  return ['accept', 'user-agent', ...(body.length > 0 ? ['content-type'] : [])]
}

/** A header field as curl takes it: without a value it is taken away, unless a semicolon says that it is to be there. */
function fieldOf(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`
}

/** The request as a command for bash and zsh that sends it byte for byte. */
export function curlCommand({ method, target, headers, body }: WireRequest, baseUrl: string): string {
  const text = textOf(body)
  const fields = headersToRepeat(headers)
  // Told only what the method is, curl would wait for the body of an answer to HEAD.
  const how = method === 'HEAD' && body.length === 0 ? '--head' : `-X ${quoted(method)}`
  // What stands behind a # is no part of a URL that is sent, and is one of a target.
  const where = target.includes('#')
    ? `--request-target ${quoted(target)} ${quoted(baseUrl)}`
    : quoted(baseUrl + target)
  const lines = [
    `curl -sS -i --globoff --path-as-is ${how} ${where}`,
    ...Object.entries(fields).map(([name, value]) => `-H ${quoted(fieldOf(name, value))}`),
    ...ownFields(body).flatMap((name) => (fields[name] === undefined ? [`-H ${quoted(`${name}:`)}`] : [])),
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
