import type { WireRequest } from '../engine/http-message.ts'
import { headersToRepeat } from '../protocol/hop-by-hop.ts'
import { curlLine } from '../shared/curl.ts'
import { quotedOnOneLine as quoted, quotedBytes, wordOf } from '../shared/shell.ts'

/** Header fields that curl adds on its own if a request lacks them. */
function ownFields(body: Uint8Array): readonly string[] {
  return ['accept', 'user-agent', ...(body.length > 0 ? ['content-type'] : [])]
}

/** A header field in curl's syntax: an empty one needs a semicolon, or curl removes the field. */
function fieldOf(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`
}

/** Quotes text of the head, in which each character stands for one byte; callers in the same process may pass other characters. */
function quotedHead(text: string): string {
  return /^[\0-\xff]*$/.test(text) ? quotedBytes(Buffer.from(text, 'latin1')) : quoted(text)
}

/** A command for bash and zsh that sends the request byte for byte. */
export function curlCommand({ method, target, headers, body }: WireRequest, baseUrl: string): string {
  const text = wordOf(body)
  const fields = headersToRepeat(headers)
  // With `--request HEAD` curl would wait for a body.
  const how = method === 'HEAD' && body.length === 0 ? '--head' : `-X ${quotedHead(method)}`
  const options = ['-sS -i --globoff --path-as-is', how]
  // curl would drop a # and the rest as a fragment, encode non-ASCII characters, and refuse a space; here they are part of the target.
  const apart = /[^!"$-~]/.test(target)
  if (apart) options.push(`--request-target ${quotedHead(target)}`)
  const command = curlLine(options, quotedHead(apart ? baseUrl : baseUrl + target), [
    ...Object.entries(fields).map(([name, value]) => `-H ${quotedHead(fieldOf(name, value))}`),
    ...ownFields(body).flatMap((name) => (fields[name] === undefined ? [`-H ${quoted(`${name}:`)}`] : [])),
    ...(body.length === 0 ? [] : text === undefined ? ['--data-binary @-'] : [`--data-raw ${quoted(text)}`]),
  ])
  return text === undefined
    ? `printf %s ${quoted(Buffer.from(body).toString('base64'))} | base64 --decode | ${command}`
    : command
}
