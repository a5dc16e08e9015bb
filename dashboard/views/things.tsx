import { plainText } from '../../src/browser/texts.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { ListPane } from '../components/list-pane.tsx'
import { ThingRow } from '../components/thing-row.tsx'
import { texts } from '../state/appearance.ts'
import { kindOf, statesOf } from '../state/lives.ts'
import { thingKinds } from '../state/operations.ts'
import { changeQuery, route } from '../state/route.ts'
import { said } from '../state/said.ts'
import { scrollToMiddle } from '../state/scroll-to-middle.ts'
import { touches } from '../state/use-loaded.ts'
import { MakeThing } from './make-thing.tsx'
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
