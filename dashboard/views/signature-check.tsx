import {
  AUTHENTICATION_CHECKS,
  type AuthenticationCheck,
  isAboutAuthentication,
} from '../../src/engine/exchange/authentication-checks.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { LongText } from '../components/code.tsx'
import { linesToSign, partOf } from '../message-to-sign.ts'
import { texts } from '../state/appearance.ts'

/** How the signature was checked: on one line, or unfolded step by step, up to where it failed. */
export function SignatureCheck({ exchange }: { readonly exchange: ExchangeJson }) {
  const words = texts.value.check
  const { remarks, request } = exchange
  const failure = remarks.find(isAboutAuthentication)
  const failedAt = failure && AUTHENTICATION_CHECKS.indexOf(failure.about)
  // An incomplete body, and an unknown path, are answered before any check.
  const unchecked = remarks.some(({ about }) => about === 'body' || about === 'path')
  const outcome = (index: number) => {
    if (unchecked || (failedAt !== undefined && index > failedAt)) return 'skipped' as const
    return index === failedAt ? ('failed' as const) : ('passed' as const)
  }
  const passed = failedAt ?? AUTHENTICATION_CHECKS.length
  return (
    <details class="check">
      <summary>
        <span aria-hidden="true">{unchecked ? '·' : failure ? '✕' : '✓'} </span>
        {unchecked
          ? words.notChecked
          : failure
            ? words.failedAt(passed, words.steps[failure.about])
            : words.allPassed(passed)}
      </summary>
      <ol class="steps" aria-label={words.title}>
        {AUTHENTICATION_CHECKS.map((check, index) => {
          const result = outcome(index)
          return (
            <li key={check} class={result}>
              <span class="mark" aria-hidden="true">
                {{ passed: '✓', failed: '✕', skipped: '·' }[result]}
              </span>
              <span class="step">
                <span>
                  {words.steps[check]} <span class="result">{words.results[result]}</span>
                </span>
                {result !== 'skipped' && <Evidence check={check} headers={request.headers} />}
              </span>
            </li>
          )
        })}
      </ol>
      {!unchecked && <MessageToSign request={request} />}
    </details>
  )
}

/** The input of a check. */
function Evidence({
  check,
  headers,
}: {
  readonly check: AuthenticationCheck
  readonly headers: Readonly<Record<string, string>>
}) {
  const { authorization = '' } = headers
  const part = (name: string) => partOf(authorization, name) ?? '–'
  const shown: Readonly<Record<AuthenticationCheck, string>> = {
    headers: `Accept: ${headers.accept ?? '–'} · User-Agent: ${headers['user-agent'] ?? '–'}`,
    authorization: `mchid ${part('mchid')} · nonce_str ${part('nonce_str')}`,
    scheme: authorization.split(' ', 1)[0] || '–',
    timestamp: timeOf(part('timestamp')),
    merchant: part('mchid'),
    serial: part('serial_no'),
    signature: part('signature'),
  }
  return (
    <span class="evidence mono">
      <bdi>{plainText(shown[check])}</bdi>
    </span>
  )
}

function timeOf(timestamp: string): string {
  if (!/^\d{1,11}$/.test(timestamp)) return timestamp
  return `${timestamp} = ${new Date(Number(timestamp) * 1_000 + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} +08:00`
}

/** The lines that a request's signature covers. */
function MessageToSign({ request }: { readonly request: ExchangeJson['request'] }) {
  const lines = linesToSign(request)
  if (!lines) return null
  return (
    <figure>
      <figcaption>{texts.value.check.signedMessage}</figcaption>
      <pre>
        {lines.map((line, i) => (
          // The lines are always in this order.
          <span key={String(i)} class="message-line">
            <LongText text={line} />
            <span class="feed">↵{'\n'}</span>
          </span>
        ))}
      </pre>
    </figure>
  )
}
