import { useState } from 'preact/hooks'
import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { texts } from '../state/appearance.ts'
import { CopyButton, LongText } from './code.tsx'

type Body = ExchangeJson['request']['body']

/** A request or an answer: its header fields and its body. */
export function Message({
  title,
  headers,
  body,
}: {
  readonly title: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}) {
  const words = texts.value.message
  const fields = Object.entries(headers)
  return (
    <section class="message" aria-label={title}>
      <h3>{title}</h3>
      <details>
        <summary>{words.headers(fields.length)}</summary>
        <dl class="headers mono">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{plainText(name)}</dt>
              <dd>
                <LongText text={value} limit={1_000} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
      <MessageBody body={body} />
    </section>
  )
}

/** A body as text, JSON over several lines. */
export function MessageBody({ body }: { readonly body: Body }) {
  const [raw, setRaw] = useState(false)
  const words = texts.value.message
  if (body === '') return <p class="quiet">{words.noBody}</p>
  if (typeof body !== 'string') {
    return (
      <div class="code">
        <p class="quiet">{words.binary}</p>
        <pre>
          <LongText text={body.base64} />
        </pre>
      </div>
    )
  }
  const pretty = prettyJson(body)
  return (
    <div class="code">
      <p class="code-tools">
        {pretty !== undefined && (
          <button type="button" class="small" aria-pressed={raw} onClick={() => setRaw(!raw)}>
            {words.raw}
          </button>
        )}
        <CopyButton kind="small" label={texts.value.copy} text={body} />
      </p>
      <pre>
        <LongText text={raw ? body : (pretty ?? body)} />
      </pre>
    </div>
  )
}

/** The most levels that are indented: with more, a small body of nothing but brackets would exceed the longest possible string. */
const DEEPEST_INDENT = 50

/** JSON over several lines, its texts and numbers as they came; `undefined` for what is not JSON. */
export function prettyJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
  } catch {
    // Bodies need not be JSON.
    return undefined
  }
  let depth = 0
  const lineBreak = () => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`
  return text.replaceAll(/"(?:[^"\\]|\\.)*"?|\s+|[{[]\s*[}\]]|[{[\]},:]/g, (token) => {
    if (token.startsWith('"')) return token
    if (/^[{[]\s*[}\]]$/.test(token)) return `${token[0]}${token.at(-1)}`
    switch (token) {
      case '{':
      case '[':
        depth += 1
        return token + lineBreak()
      case '}':
      case ']':
        depth -= 1
        return lineBreak() + token
      case ',':
        return token + lineBreak()
      case ':':
        return ': '
      default:
        return ''
    }
  })
}
