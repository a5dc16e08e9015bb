import { useEffect, useState } from 'preact/hooks'
import type { ListedThing, ThingKind } from '../../src/control/formats/thing.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { ListPane } from '../components/panes.tsx'
import { TakeForm } from '../components/take-form.tsx'
import { ThingRow } from '../components/thing-row.tsx'
import { said, texts } from '../state/appearance.ts'
import { scrollToMiddle } from '../state/lists.ts'
import { thingKinds } from '../state/operations.ts'
import { changeQuery, goTo, route } from '../state/route.ts'
import { kindOf, nameInPath, statesOf } from '../state/things.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { ThingDetail } from './thing-detail.tsx'

/** The things of a kind, of any product, and one of them in detail, all by the mock's definition of the kind. */
export function ThingsView({ kind }: { readonly kind: ThingKind }) {
  const words = texts.value.things
  const of = route.value.query.get('of') ?? undefined
  const title = said(kind.title)
  return (
    <ListPane
      key={kind.id}
      view={kind.id}
      title={title}
      table={kind.id}
      states={statesOf(kind)}
      words={{
        ...words,
        search: said(kind.search) ?? words.search(title),
        none: (of === undefined && said(kind.none)) || words.none(title),
      }}
      of={of}
      load={(client, wanted) => client.thingPage(kind.id, wanted)}
      nameOf={({ name }) => name}
      concerns={touches(kind.table, 'clock')}
      row={(thing) => <ThingRow kind={kind.id} thing={thing} />}
      opened={(name, back) =>
        name.length > 0 ? <ThingDetail key={name.join('/')} kind={kind} name={name} back={back} /> : undefined
      }
      tabs={tabsOf(kind)}
    >
      {kind.makes.map((make) => (
        <MakeThing key={make.title.en} kind={kind} make={make} />
      ))}
      {of !== undefined && <Within of={of} />}
    </ListPane>
  )
}

/** The other kinds of things of the same product. */
function tabsOf(kind: ThingKind) {
  const kinds = (thingKinds.value ?? []).filter(({ product, listed }) => listed && product === kind.product)
  // The heading already names a single kind, or one that is not listed.
  if (kinds.length < 2 || !kind.listed) return undefined
  return (
    <nav class="kinds" aria-label={texts.value.things.kinds}>
      {kinds.map(({ id, title }) => (
        <a
          key={id}
          ref={id === kind.id ? scrollToMiddle : null}
          href={`#/${id}`}
          aria-current={id === kind.id ? 'page' : undefined}
        >
          {said(title)}
        </a>
      ))}
    </nav>
  )
}

/** Reports that a list is limited to the things of another thing, and leads back to all. */
function Within({ of }: { readonly of: string }) {
  const words = texts.value.things
  const [id = '', ...name] = of.split('/')
  const called = name.at(-1) ?? ''
  return (
    <p class="within">
      <button type="button" title={words.showAll} onClick={() => changeQuery({ of: '' })}>
        {said(kindOf(id)?.one) ?? id} <span class="mono">{plainText(decoded(called))}</span>{' '}
        <span aria-hidden="true">×</span>
      </button>
    </p>
  )
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

type Make = ThingKind['makes'][number]
type Maker = Extract<Make, { of: string }>

/** Creates a thing of a kind: by a control call, or by an action of another thing, which is chosen first. */
function MakeThing({ kind, make }: { readonly kind: ThingKind; readonly make: Make }) {
  const [isOpen, open] = useState(false)
  const goToMade = (answer: unknown) => {
    const name = make.made?.map((member) => (answer as Readonly<Record<string, unknown>>)[member])
    if (name?.every((part) => typeof part === 'string')) goTo([kind.id, ...name])
  }
  return (
    <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>{said(make.title)}</summary>
      {isOpen && (
        <div class="card">
          {'of' in make ? <OfAnother make={make} onDone={goToMade} /> : <TakeForm take={make} onDone={goToMade} />}
        </div>
      )}
    </details>
  )
}

/** Number of things to choose from: the newest. */
const CHOICES = 200

function OfAnother({
  make: { of, call },
  onDone,
}: {
  readonly make: Maker
  readonly onDone: (answer: unknown) => void
}) {
  const kind = kindOf(of)
  const [chosen, choose] = useState<string>()
  const page = useLoaded(
    `choices ${of}`,
    (client) => client.thingPage(of, { limit: CHOICES }),
    touches(kind?.table ?? of),
  )
  const items = page.value?.items ?? []
  const found = items.find((one) => idOf(one) === chosen)
  const [newest] = items
  // The chosen thing stays chosen when newer ones arrive.
  useEffect(() => {
    if (!found && newest) choose(idOf(newest))
  }, [found, newest])
  return (
    <>
      <label>
        {said(kind?.one)}
        <select value={found && idOf(found)} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {items.map((one) => (
            <option key={idOf(one)} value={idOf(one)}>
              {plainText(one.heading)} {plainText(one.about ?? '')}
            </option>
          ))}
        </select>
      </label>
      {page.error !== undefined && <p class="wrong">{page.error}</p>}
      {found && <ActionOf key={idOf(found)} kind={of} thing={found} call={call} onDone={onDone} />}
    </>
  )
}

function ActionOf({
  kind,
  thing,
  call,
  onDone,
}: {
  readonly kind: string
  readonly thing: ListedThing
  readonly call: string
  readonly onDone: (answer: unknown) => void
}) {
  const name = nameInPath(thing.name)
  const { value, error } = useLoaded(`${kind} ${name}`, (client) => client.thing(kind, name, { limit: 1 }))
  const take = value?.actions.find((action) => action.call === call)
  if (error !== undefined) return <p class="wrong">{error}</p>
  return take ? <TakeForm take={take} onDone={onDone} /> : null
}

function idOf({ name }: ListedThing): string {
  return JSON.stringify(name)
}
