import { useState } from 'preact/hooks'
import type { ShownThing, ThingKind } from '../../src/control/formats/thing.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { StateBadge } from '../components/badges.tsx'
import { MessageBody } from '../components/message.tsx'
import { DetailPane, Fact } from '../components/panes.tsx'
import { StateDiagram } from '../components/state-diagram.tsx'
import { TakeForm } from '../components/take-form.tsx'
import { addressOfThing, ThingRow, ThingValueOf } from '../components/thing-row.tsx'
import { language, said, texts } from '../state/appearance.ts'
import { addressOf } from '../state/route.ts'
import { makeCall, nameInPath } from '../state/things.ts'
import { Timeline, useTimeline } from './history.tsx'

/** One thing: its state, actions, facts and history. */
export function ThingDetail({
  kind,
  name,
  back,
}: {
  readonly kind: ThingKind
  readonly name: readonly string[]
  readonly back: string
}) {
  const path = nameInPath(name)
  const [loaded, more] = useTimeline(
    `${kind.id} ${path}`,
    (client, limit) => client.thing(kind.id, path, { limit }),
    ({ type }) => type === 'exchange' || type === 'change',
  )
  const events = Object.fromEntries(Object.entries(kind.events).map(([event, title]) => [event, said(title)]))
  return (
    <DetailPane
      label={`${said(kind.one)} ${plainText(name.at(-1) ?? '')}`}
      back={back}
      backLabel={texts.value.things.all(said(kind.title))}
      loaded={loaded}
    >
      {(thing) => (
        <>
          <header class="detail-head">
            <h2>
              {thing.state !== undefined && <StateBadge state={thing.state} table={kind.id} />}{' '}
              <bdi class="mono">{plainText(thing.heading)}</bdi>
            </h2>
            {thing.about !== undefined && <p class="wrap">{plainText(thing.about)}</p>}
            {thing.bars.length > 0 && (
              <div class="budgets">
                {thing.bars.map((bar) => (
                  <Bar key={bar.title.en} bar={bar} />
                ))}
              </div>
            )}
            <dl class="facts">
              {thing.facts.map((fact) => (
                <Fact key={fact.title.en} name={said(fact.title)}>
                  <ThingValueOf fact={fact} />
                </Fact>
              ))}
            </dl>
            {kind.life && thing.state !== undefined && (
              <StateDiagram life={kind.life} state={thing.state} entries={thing.entries} />
            )}
            <ThingActions actions={thing.actions} />
          </header>
          {thing.related.map((related) => (
            <Related key={related.title.en} related={related} of={`${kind.id}/${path}`} />
          ))}
          {thing.total > 0 && <Timeline entries={thing.entries} total={thing.total} more={more} events={events} />}
          <details>
            <summary>{texts.value.things.json}</summary>
            <MessageBody body={JSON.stringify(thing.json)} />
          </details>
        </>
      )}
    </DetailPane>
  )
}

/** Things of another kind that belong to this one: the number in each state, and the first of them. */
function Related({
  related: { title, thing: id, items, total, states, pages },
  of,
}: {
  readonly related: ShownThing['related'][number]
  readonly of: string
}) {
  if (total === 0) return null
  const words = texts.value.things
  const heading = said(title)
  return (
    <section class="message" aria-label={heading}>
      <header class="pane-head">
        <h3>
          {heading} <span class="quiet">{total.toLocaleString(language.value)}</span>
        </h3>
        {pages && <a href={addressOf([id], { of })}>{words.showAll}</a>}
      </header>
      {states && (
        <p class="state-counts">
          {Object.entries(states)
            .filter(([, count]) => count > 0)
            .map(([state, count]) => (
              <a key={state} href={addressOf([id], { of, state })}>
                <StateBadge state={state} table={id} /> {count.toLocaleString(language.value)}
              </a>
            ))}
        </p>
      )}
      <ul class="rows">
        {items.map((item) => (
          <li key={item.name.join('/')}>
            <a href={addressOfThing({ thing: id, name: item.name })}>
              <ThingRow kind={id} thing={item} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Usage of a limit, as a bar and in numbers. */
function Bar({ bar: { title, used, limit } }: { readonly bar: ShownThing['bars'][number] }) {
  const amount = (count: number) => count.toLocaleString(language.value)
  if (limit === undefined) {
    return (
      <p class="budget">
        {said(title)} <span class="quiet">{amount(used)}</span>
      </p>
    )
  }
  const most = Math.max(1, limit)
  return (
    <label class="budget">
      <span>
        {said(title)}{' '}
        <span class="quiet">
          {amount(used)} / {amount(limit)}
          {limit > 0 && used >= limit && ` · ${texts.value.things.usedUp}`}
        </span>
      </span>
      <meter min={0} max={most} high={most * 0.9} optimum={0} value={Math.min(used, limit)} />
    </label>
  )
}

type Action = ShownThing['actions'][number]

const nameOf = ({ call, title, transition }: Action) => JSON.stringify([call, title.en, transition?.to])

/** Action buttons of a thing. Each makes one control call; one with fields opens its form first. */
function ThingActions({ actions }: { readonly actions: readonly Action[] }) {
  const [opened, open] = useState<string>()
  const asking = actions.find((action) => action.fields.length > 0 && nameOf(action) === opened)
  if (actions.length === 0) return null
  return (
    <>
      <section class="actions" aria-label={texts.value.life.actions}>
        {actions.map((action) => {
          const name = nameOf(action)
          const asks = action.fields.length > 0
          return (
            <button
              key={name}
              type="button"
              title={action.transition && plainText(`→ ${action.transition.to}`)}
              {...(asks && { 'aria-expanded': opened === name })}
              onClick={() => (asks ? open(opened === name ? undefined : name) : void makeCall(action))}
            >
              {said(action.title)}
              {asks && '…'}
            </button>
          )
        })}
      </section>
      {asking && (
        <div class="card">
          <TakeForm key={opened} take={asking} onDone={() => open(undefined)} />
        </div>
      )}
    </>
  )
}
