import { useEffect, useRef, useState } from 'preact/hooks'
import { wasNotLetIn } from '../../src/engine/exchange/authentication-checks.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { StatusBadge } from '../components/badges.tsx'
import { Choice, Form, TextField } from '../components/fields.tsx'
import { Message, prettyJson } from '../components/message.tsx'
import { Loading } from '../components/panes.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { titleOf } from '../state/operations.ts'
import { addressOf, route } from '../state/route.ts'
import { typedJson } from '../state/typed-json.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { Answer, titleOfAnswer } from './exchange-detail.tsx'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A call of the journal to change and send again, with its answer beside it. */
export function SendCallView() {
  const { rest, query } = route.value
  const [id = ''] = rest
  const { value, error } = useLoaded(id, (client) => client.exchange(id))
  return (
    <section class="pane page" aria-labelledby="send-title">
      <header class="pane-head">
        <h1 id="send-title">{texts.value.views.send}</h1>
        <a href={addressOf(['exchanges', id])}>{texts.value.send.original}</a>
      </header>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading shape="detail" lines={4} />}
      {value && <Editor key={`${id}?${query}`} exchange={value} wanted={query} />}
    </section>
  )
}

/** @param wanted query of the address: the `mchid` to sign with */
function Editor({ exchange, wanted }: { readonly exchange: ExchangeJson; readonly wanted: URLSearchParams }) {
  const words = texts.value.send
  const { id, request, mchid = '' } = exchange
  const [path = '', query = ''] = request.target.split(/\?(.*)/s, 2)
  const written = typeof request.body === 'string' ? (prettyJson(request.body) ?? request.body) : undefined
  const before = { method: request.method, path, query, mchid, body: written ?? '' }
  const [fields, setFields] = useState({ ...before, mchid: wanted.get('mchid') ?? mchid })
  const [isNew, setNew] = useState(false)
  const [sent, setSent] = useState<ExchangeJson>()
  const button = useRef<HTMLButtonElement>(null)
  // Enter sends the call as it was.
  useEffect(() => button.current?.focus(), [])
  const field = (name: keyof typeof fields) => ({
    label: words[name],
    value: fields[name],
    onChange: (value: string) => setFields((others) => ({ ...others, [name]: value })),
  })
  const isChanged = (name: keyof typeof fields) => fields[name] !== before[name]
  const send = async () => {
    // The page offers only methods that the mock takes.
    const method = METHODS.find((one) => one === fields.method)
    const target = escaped(fields.path + (fields.query === '' ? '' : `?${fields.query}`))
    const made = await attempt(
      () =>
        control.value.sendCall(id, {
          ...(isChanged('method') && method && { method }),
          ...((isChanged('path') || isChanged('query')) && { target }),
          ...(isChanged('body') && { body: fields.body }),
          ...(isChanged('mchid') && fields.mchid !== '' && { mchid: fields.mchid }),
          ...(isNew && { request_no: 'new' }),
          ...(wasNotLetIn(exchange) && { unauthenticated: 'sign' }),
        }),
      words.sent,
    )
    if (made) setSent(made)
  }
  const shown = sent ?? exchange
  const fault = faultOf(fields.body)
  return (
    <div class="two-sides">
      <Form class="card" aria-label={texts.value.exchange.request} onSubmit={send}>
        {wasNotLetIn(exchange) && <p class="why">{texts.value.exchange.replaySigns}</p>}
        <div class="fields">
          <Choice {...field('method')} options={[...new Set([...METHODS, request.method])].map((one) => [one, one])} />
          <TextField {...field('mchid')} pattern="[0-9]{8,15}" />
        </div>
        <TextField {...field('path')} required />
        <TextField {...field('query')} />
        {written === undefined ? (
          <p class="quiet">{words.bodyKept}</p>
        ) : (
          <label>
            {words.body}
            <textarea
              class="mono"
              spellcheck={false}
              rows={Math.min(24, Math.max(4, fields.body.split('\n').length))}
              value={fields.body}
              onInput={({ currentTarget: { value } }) => setFields((others) => ({ ...others, body: value }))}
            />
          </label>
        )}
        <div role="status">{fault !== undefined && <p class="wrong">{fault}</p>}</div>
        <label class="tick">
          <input type="checkbox" checked={isNew} onChange={({ currentTarget }) => setNew(currentTarget.checked)} />
          {words.newNumber}
        </label>
        <p class="actions">
          <button ref={button} type="submit" class="primary">
            {words.send}
          </button>
        </p>
      </Form>
      <section class="card" aria-label={sent ? words.answer : words.answerThen} aria-live="polite">
        <h2>
          <StatusBadge status={shown.response?.status} /> {sent ? words.answer : words.answerThen}
        </h2>
        <p class="wrap">
          <a href={addressOf(['exchanges', shown.id])}>{titleOf(shown.operation ?? shown.request.target)}</a>
          {sent && (
            <>
              {' · '}
              <a href={addressOf(['compare', id, sent.id])}>{words.compare}</a>
            </>
          )}
        </p>
        <Answer key={shown.id} exchange={shown} />
        {shown.response && (
          <Message title={titleOfAnswer(shown.response)} headers={shown.response.headers} body={shown.response.body} />
        )}
      </section>
    </div>
  )
}

/** An address with all characters escaped that cannot be sent as they are. */
function escaped(target: string): string {
  return target.toWellFormed().replaceAll(/[^!-~]+/g, encodeURIComponent)
}

/** Why a body is not JSON; `undefined` if it is, or is empty. */
function faultOf(body: string): string | undefined {
  if (body.trim() === '') return undefined
  try {
    typedJson(body, texts.value.answers.unfit)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : undefined
  }
}
