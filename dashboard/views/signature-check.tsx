import {
  AUTHENTICATION_CHECKS,
  type AuthenticationCheck,
  isAboutAuthentication,
} from '../../src/engine/exchange/authentication-checks.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { LongText } from '../components/long-text.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { Diagnosis } from './diagnosis.tsx'

/** How the signature was checked, step by step, up to where it failed. */
export function SignatureCheck({ exchange }: { readonly exchange: ExchangeJson }) {
  const words = texts.value.check
  const { remarks, request, response } = exchange
  const failure = remarks.find(isAboutAuthentication)
  const failedAt = failure && AUTHENTICATION_CHECKS.indexOf(failure.about)
  const unread = remarks.some(({ about }) => about === 'body')
  const admitted = failure !== undefined && response?.status !== 401 && response?.status !== 400
  const outcome = (index: number) => {
    if (unread || (failedAt !== undefined && index > failedAt)) return 'skipped' as const
    return index === failedAt ? ('failed' as const) : ('passed' as const)
  }
  return (
    <section class="check" aria-labelledby="check-title">
      <h3 id="check-title">{words.title}</h3>
      <ol class="steps">
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
      {admitted && <p class="remark">{words.lenient}</p>}
      {failure && <Diagnosis remark={failure} />}
      {!failure && !unread && <SignedMessage exchange={exchange} />}
    </section>
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
  const shown: Readonly<Record<AuthenticationCheck, string>> = {
    headers: `Accept: ${headers.accept ?? '–'} · User-Agent: ${headers['user-agent'] ?? '–'}`,
    authorization: `mchid ${partOf(authorization, 'mchid')} · nonce_str ${partOf(authorization, 'nonce_str')}`,
    scheme: authorization.split(' ', 1)[0] || '–',
    timestamp: timeOf(partOf(authorization, 'timestamp')),
    merchant: partOf(authorization, 'mchid'),
    serial: partOf(authorization, 'serial_no'),
    signature: partOf(authorization, 'signature'),
  }
  return (
    <span class="evidence mono">
      <bdi>{plainText(shown[check])}</bdi>
    </span>
  )
}

function partOf(authorization: string, name: string): string {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(authorization)?.[1] ?? '–'
}

function timeOf(timestamp: string): string {
  if (!/^\d{1,11}$/.test(timestamp)) return timestamp
  return `${timestamp} = ${new Date(Number(timestamp) * 1_000 + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} +08:00`
}

/** The five lines that a request's signature is over. */
function SignedMessage({ exchange: { request } }: { readonly exchange: ExchangeJson }) {
  const words = texts.value.check
  const { authorization = '' } = request.headers
  // The signature of an upload does not cover the file; bytes that are not text cannot be shown.
  if (typeof request.body !== 'string' || /multipart/i.test(request.headers['content-type'] ?? '')) return null
  const lines = [
    request.method,
    request.target,
    partOf(authorization, 'timestamp'),
    partOf(authorization, 'nonce_str'),
    request.body,
  ]
  return (
    <details>
      <summary>{words.signedMessage}</summary>
      <pre>
        {lines.map((line, i) => (
          // Five lines, always in this order.
          <span key={String(i)} class="message-line">
            <LongText text={line} />
            <span class="feed">↵{'\n'}</span>
          </span>
        ))}
      </pre>
    </details>
  )
}
