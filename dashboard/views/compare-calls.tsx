import { signal } from '@preact/signals'
import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { StatusBadge } from '../components/badges.tsx'
import { LongText } from '../components/code.tsx'
import { MessageComparison } from '../components/message-comparison.tsx'
import { Loading } from '../components/panes.tsx'
import { membersOf } from '../members.ts'
import { compareMessages } from '../message-difference.ts'
import { linesToSign } from '../message-to-sign.ts'
import { texts } from '../state/appearance.ts'
import { titleOf } from '../state/operations.ts'
import { addressOf, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'

/** The call that is marked to be compared with another. */
const marked = signal<string>()

/** Marks a call, and compares it with the one that is marked. */
export function CompareActions({ id }: { readonly id: string }) {
  const words = texts.value.compare
  const other = marked.value
  const isMarked = other === id
  return (
    <>
      <button
        type="button"
        title={words.markHint}
        aria-pressed={isMarked}
        onClick={() => {
          marked.value = isMarked ? undefined : id
        }}
      >
        {words.mark}
      </button>
      {other !== undefined && !isMarked && (
        <a class="button" href={addressOf(['compare', other, id])}>
          {words.withMarked}
        </a>
      )}
    </>
  )
}

/** The difference of two calls side by side: what differs in meaning, then header fields and the messages that are signed. */
export function CompareView() {
  const [one = '', other = ''] = route.value.rest
  const { value, error } = useLoaded(`${one} ${other}`, (client) =>
    Promise.all([client.exchange(one), client.exchange(other)]),
  )
  return (
    <section class="pane page" aria-labelledby="compare-title">
      <header class="pane-head">
        <h1 id="compare-title">{texts.value.views.compare}</h1>
      </header>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading shape="detail" lines={4} />}
      {value && <Comparison one={value[0]} other={value[1]} />}
    </section>
  )
}

function Comparison({ one, other }: { readonly one: ExchangeJson; readonly other: ExchangeJson }) {
  const words = texts.value.compare
  const [path = '', otherPath = ''] = [one, other].map(({ request }) => request.target.split('?')[0])
  const line = ({ request, mchid }: ExchangeJson, path: string) => ({ method: request.method, path, mchid })
  const bodies = [one, other].map(({ request }) => membersOf(request.body))
  const answers = [one, other].map(({ response }) => (response ? membersOf(response.body) : {}))
  const messages = [one, other].map(({ callback, request }) =>
    callback ? undefined : linesToSign(request)?.join('\n'),
  )
  const [message, otherMessage] = messages
  const difference =
    message !== undefined && otherMessage !== undefined
      ? compareMessages(`${message}\n`, `${otherMessage}\n`)
      : undefined
  const sides = [one, other] as const
  return (
    <>
      <div class="sides">
        <Side exchange={one} name={words.first} />
        <Side exchange={other} name={words.second} />
      </div>
      <Differences title={words.body} of={bodies} />
      <Differences title={words.line} of={[line(one, path), line(other, otherPath)]} />
      <Differences title={words.query} of={sides.map(({ request }) => queryOf(request.target))} />
      <Differences
        title={words.status}
        of={sides.map(({ response, code, message }) => ({ status: response?.status, code, message }))}
      />
      <Differences title={words.answer} of={answers} />
      {/* Nonces, times and signatures always differ. */}
      <details class="message">
        <summary>{words.noise}</summary>
        <Differences title={words.headers} of={sides.map(({ request }) => request.headers)} />
        <Differences title={words.answerHeaders} of={sides.map(({ response }) => response?.headers ?? {})} />
        {difference && (
          <section class="message" aria-label={words.message}>
            <h2>{words.message}</h2>
            <MessageComparison difference={difference} titles={[words.first, words.second]} />
          </section>
        )}
      </details>
    </>
  )
}

function queryOf(target: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(target.split('?', 2)[1] ?? ''))
}

type Values = Readonly<Record<string, unknown>>

/** The members that differ, and how many do not. */
function Differences({
  title,
  of: [one = {}, other = {}],
}: {
  readonly title: string
  readonly of: readonly Values[]
}) {
  const words = texts.value.compare
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  const different = names.filter((name) => one[name] !== other[name])
  if (names.length === 0) return null
  const equal = names.length - different.length
  return (
    <section class="message" aria-label={title}>
      <h2>
        {title} <span class="quiet">{words.equal(equal)}</span>
      </h2>
      {different.length > 0 && (
        <table class="differences">
          <thead>
            <tr>
              <th scope="col">{words.member}</th>
              <th scope="col">{words.first}</th>
              <th scope="col">{words.second}</th>
            </tr>
          </thead>
          <tbody>
            {different.map((name) => (
              <tr key={name}>
                <th scope="row" class="mono wrap">
                  {plainText(name)}
                </th>
                <Value value={one[name]} />
                <Value value={other[name]} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** One of the two calls, with a link to it. */
function Side({
  exchange: { id, time, operation, request, response },
  name,
}: {
  readonly exchange: ExchangeJson
  readonly name: string
}) {
  return (
    <p class="wrap">
      {name}: <StatusBadge status={response?.status} />{' '}
      <a href={addressOf(['exchanges', id])}>{titleOf(operation ?? request.target)}</a>{' '}
      <span class="quiet">{readable(time)}</span>
    </p>
  )
}

function Value({ value }: { readonly value: unknown }) {
  return (
    <td class="mono wrap">
      {value === undefined ? (
        <span class="quiet">{texts.value.diagnosis.nothing}</span>
      ) : (
        <mark>
          <LongText text={String(value)} limit={2_000} />
        </mark>
      )}
    </td>
  )
}
