import { plainText } from '../../src/browser/texts.ts'
import { isAboutAuthentication } from '../../src/engine/exchange/authentication-checks.ts'
import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { texts } from '../state/appearance.ts'
import { Diagnosis } from './diagnosis.tsx'

/** Effects of planned faults on an exchange; `undefined` if none hit it. */
export function effectsOn({ remarks }: Pick<ExchangeJson, 'remarks'>): readonly FaultEffect[] | undefined {
  const ofFaults = remarks.filter(({ about }) => about === 'fault')
  return ofFaults.length === 0 ? undefined : ofFaults.flatMap(({ effects = [] }) => effects)
}

/** The failure of an exchange, its reason, and what to change; nothing for one that went well. */
export function Answer({ exchange }: { readonly exchange: ExchangeJson }) {
  const { callback, code, message, request, response, remarks } = exchange
  const words = texts.value.exchange
  const failed = response === undefined || response.status >= 300
  if (!failed && remarks.length === 0) return null
  const unauthenticated = remarks.find(isAboutAuthentication)
  const others = remarks.filter((remark) => remark !== unauthenticated)
  const wrong = failed || callback !== undefined || others.length > 0 ? 'answer bad' : 'answer'
  return (
    <section class={wrong} aria-label={words.why}>
      {(code !== undefined || message !== undefined) && (
        <p class="wrap">
          {code !== undefined && <code>{plainText(code)}</code>} {message !== undefined && plainText(message)}
        </p>
      )}
      {response === undefined && <p>{words.noResponse}</p>}
      {unauthenticated && !failed && <p>{texts.value.check.lenient}</p>}
      {unauthenticated && <Diagnosis remark={unauthenticated} request={request} />}
      {others.map((remark) => (
        <p key={remark.text} class="why wrap">
          {/* A planned fault already says that it is one. */}
          <span class="remark-about">{texts.value.remarks[remark.about]}</span>
          {plainText(remark.text)}
          {remark.error !== undefined && (
            <>
              {' '}
              <code class="quiet">{plainText(remark.error)}</code>
            </>
          )}
        </p>
      ))}
    </section>
  )
}
