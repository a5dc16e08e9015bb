import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { isAboutAuthentication } from '../../src/engine/exchange/authentication-checks.ts'
import type { FaultEffect } from '../../src/engine/faults/fault-plan.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText, readable, withReadableTimes } from '../../src/wire/shared/texts.ts'
import { startOf } from '../answer-plan.ts'
import { FaultMarks, ShapedBadge, StatusBadge } from '../components/badges.tsx'
import { CopyButton, copyText } from '../components/code.tsx'
import { Message } from '../components/message.tsx'
import { DetailPane, Fact } from '../components/panes.tsx'
import { ThingLinks } from '../components/thing-row.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { deliver } from '../state/deliver.ts'
import { useKeys } from '../state/keys.ts'
import { attempt } from '../state/notices.ts'
import { eventOfFault, isJudged, operationOf, thingKinds, titleOf } from '../state/operations.ts'
import { addressOf } from '../state/route.ts'
import { saved } from '../state/saved.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { duration } from '../times.ts'
import { AnswerNextTime } from './answer-next-time.tsx'
import { AsCode } from './as-code.tsx'
import { CompareActions } from './compare-calls.tsx'
import { Diagnosis } from './diagnosis.tsx'
import { Repairs } from './repairs.tsx'
import { SignatureCheck } from './signature-check.tsx'

/** One opened exchange: request, answer, and explanation. */
export function ExchangeDetail({ id, back }: { readonly id: string; readonly back: string }) {
  const exchange = useLoaded(id, (client) => client.exchange(id))
  const words = texts.value.exchange
  return (
    <DetailPane label={words.label} back={back} backLabel={words.back} loaded={exchange}>
      {(value) => <Exchange exchange={value} />}
    </DetailPane>
  )
}

function Exchange({ exchange }: { readonly exchange: ExchangeJson }) {
  const { id, time, duration_ms, operation, mchid, callback, request, response } = exchange
  const words = texts.value.exchange
  const effects = effectsOn(exchange)
  const [isAnswering, answer] = useState(false)
  const answering = useRef<HTMLButtonElement>(null)
  const served = operationOf(operation)
  const start = isJudged(operation) ? startOf(exchange, served) : undefined
  return (
    <>
      <header class="detail-head">
        <h2>
          <StatusBadge status={response?.status} effects={effects} /> <FaultMarks effects={effects} />{' '}
          {callback
            ? `${callback.event_type} · ${words.attempt(callback.attempt)}`
            : operation === undefined
              ? texts.value.exchanges.unknownPath
              : titleOf(operation)}{' '}
          {exchange.served && <ShapedBadge />}
        </h2>
        <p class="mono wrap">
          {request.method} <bdi>{plainText(request.target)}</bdi>
        </p>
      </header>
      <Answer exchange={exchange} />
      {!callback && <SignatureCheck exchange={exchange} />}
      {callback ? (
        <CallbackActions id={callback.id}>
          <FailNext event={eventOfFault(callback.event_type)} mchid={mchid} />
        </CallbackActions>
      ) : (
        <CallActions id={id}>
          {served && <FailNext operation={served.id} mchid={mchid} />}
          <CompareActions id={id} />
          {start && (
            <button ref={answering} type="button" aria-expanded={isAnswering} onClick={() => answer(!isAnswering)}>
              {texts.value.answers.open}
            </button>
          )}
        </CallActions>
      )}
      {start && isAnswering && (
        <AnswerNextTime
          start={start}
          onPlanned={() => {
            answer(false)
            answering.current?.focus()
          }}
        />
      )}
      <div class="detail-head">
        <TouchedThings id={id} />
        <dl class="facts">
          <Fact name={words.time}>{readable(time)}</Fact>
          <Fact name={words.took}>{duration(duration_ms)}</Fact>
          {mchid !== undefined && <Fact name={words.merchant}>{mchid}</Fact>}
          <Fact name="Request-ID">{id}</Fact>
        </dl>
      </div>
      {response && <Message title={titleOfAnswer(response)} headers={response.headers} body={response.body} />}
      <Message title={words.request} headers={request.headers} body={request.body} />
      <AsCode id={id} isCallback={callback !== undefined} mchid={mchid} />
    </>
  )
}

/** The status that the mock answered with, and whether the client has not seen that. */
export function titleOfAnswer({ status, delivery }: NonNullable<ExchangeJson['response']>): string {
  const { response, arrivals } = texts.value.exchange
  const arrival = delivery && arrivals[delivery]
  return [response, status, ...(arrival === undefined ? [] : [arrival])].join(' · ')
}

/** Links to the things of an exchange, in their current state. */
function TouchedThings({ id }: { readonly id: string }) {
  const tables = (thingKinds.value ?? []).map(({ table }) => table)
  const { value = [], error } = useLoaded(
    `things of ${id}`,
    (client) => client.exchangeThings(id),
    touches('clock', ...tables),
  )
  return error === undefined ? <ThingLinks things={value} /> : <p class="wrong">{error}</p>
}

function CallActions({ id, children }: { readonly id: string; readonly children: ComponentChildren }) {
  const words = texts.value.exchange
  const curl = () => control.value.exchangeCurl(id)
  const editor = addressOf(['send', id])
  useKeys({
    c: () => void attempt(async () => copyText(await curl()), words.curlCopied),
    ...(!saved && {
      r: () => {
        location.hash = editor
      },
    }),
  })
  return (
    <p class="actions">
      <a class="button" href={editor} title={words.replayHint} aria-keyshortcuts="r">
        {words.replay}
      </a>
      <CopyButton label={words.copyCurl} text={curl} shortcut="c" />
      <CopyButton label={words.copyCurlAsSent} text={() => control.value.exchangeCurl(id, 'as_sent')} />
      {children}
    </p>
  )
}

function CallbackActions({ id, children }: { readonly id: string; readonly children: ComponentChildren }) {
  const words = texts.value.exchange
  return (
    <p class="actions">
      <button type="button" onClick={() => void deliver(() => control.value.sendNotification({ id }))}>
        {words.repeatCallback}
      </button>
      <a class="button" href={addressOf(['callbacks', id])}>
        {words.openCallback}
      </a>
      {children}
    </p>
  )
}

/** Leads to the faults that can be planned for the next call, or callback, of this kind and merchant. */
function FailNext(query: { readonly operation?: string; readonly event?: string; readonly mchid: string | undefined }) {
  return (
    <a class="button" href={addressOf(['faults'], query)}>
      {texts.value.exchange.failNext}
    </a>
  )
}

/** Effects of planned faults on an exchange; `undefined` if none hit it. */
function effectsOn({ remarks }: Pick<ExchangeJson, 'remarks'>): readonly FaultEffect[] | undefined {
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
  const wrong =
    failed || callback !== undefined || others.some(({ about }) => about !== 'former') ? 'answer bad' : 'answer'
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
          {plainText(withReadableTimes(remark.text))}
          {remark.error !== undefined && (
            <>
              {' '}
              <code class="quiet">{plainText(remark.error)}</code>
            </>
          )}
        </p>
      ))}
      {!saved && others.some(({ about }) => about === 'refusal') && <Repairs id={exchange.id} />}
    </section>
  )
}
