import { useEffect, useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import type { ListedThing, ThingKind } from '../../src/control/formats/thing.ts'
import { TakeForm } from '../components/take-form.tsx'
import { kindOf } from '../state/lives.ts'
import { goTo } from '../state/route.ts'
import { said } from '../state/said.ts'
import { nameInPath } from '../state/thing-name.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

type Make = ThingKind['makes'][number]
type Maker = Extract<Make, { of: string }>

/** Creates a thing of a kind: by a control call, or by an action of another thing, which is chosen first. */
export function MakeThing({ kind, make }: { readonly kind: ThingKind; readonly make: Make }) {
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
