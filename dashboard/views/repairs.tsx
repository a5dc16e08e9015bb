import { useState } from 'preact/hooks'
import type { RepairsJson } from '../../src/control/calls/repairs.ts'
import { plainText, readable } from '../../src/wire/shared/texts.ts'
import { StateBadge, StatusBadge } from '../components/badges.tsx'
import { addressOfThing } from '../components/thing-row.tsx'
import { said, texts } from '../state/appearance.ts'
import { tell } from '../state/notices.ts'
import { addressOf } from '../state/route.ts'
import { kindOf, makeCall } from '../state/things.ts'
import { useLoaded } from '../state/use-loaded.ts'

type Repair = RepairsJson['repairs'][number]

/** Why things stand in the way of a refused call, what to do about it, and a button for each change that lets the call through. */
export function Repairs({ id }: { readonly id: string }) {
  const words = texts.value.repairs
  const { value, error, reload } = useLoaded(
    `repairs of ${id}`,
    (client) => client.exchangeRepairs(id),
    ({ type }) => type === 'change',
  )
  if (error !== undefined) return <p class="wrong">{error}</p>
  if (!value) return <p class="quiet">{texts.value.loading}</p>
  const { advice, repairs, causes, first } = value
  return (
    <div class="cause">
      {causes.map(({ about, time, exchange }) => (
        <p key={about.name.join('/')} class="wrap">
          <ThingLink about={about} />{' '}
          {about.state !== undefined && <StateBadge state={about.state} table={about.thing} />}{' '}
          <span class="quiet">{words.asItWas(time === undefined ? undefined : readable(time))}</span>{' '}
          {exchange && <CallLink call={exchange} />}
        </p>
      ))}
      {first && (
        <p class="wrap">
          <span class="quiet">{words.first}</span> <CallLink call={first} />{' '}
          <a href={addressOf(['compare', first.id, id])}>{texts.value.compare.open}</a>
        </p>
      )}
      <p class="fix wrap" role="status">
        <strong>{texts.value.diagnosis.fix}</strong>
        {plainText(advice)}
      </p>
      {repairs.length > 0 && (
        <p class="actions">
          {repairs.map((repair) => (
            <RepairButton key={repair.title.en} id={id} repair={repair} onDone={reload} />
          ))}
        </p>
      )}
    </div>
  )
}

function RepairButton({
  id,
  repair: { title, take, mchid, about },
  onDone,
}: {
  readonly id: string
  readonly repair: Repair
  readonly onDone: () => void
}) {
  const [isBusy, setBusy] = useState(false)
  if (!take) {
    return (
      <a class="button" href={addressOf(['send', id], { mchid })}>
        {plainText(said(title))}
      </a>
    )
  }
  const run = async () => {
    setBusy(true)
    const made = await makeCall(take)
    setBusy(false)
    if (made === undefined) return
    if (!take.done) tell(texts.value.repairs.done)
    onDone()
  }
  return (
    <button type="button" disabled={isBusy} title={about && nameOf(about)} onClick={() => void run()}>
      {plainText(said(title))}
    </button>
  )
}

type About = NonNullable<Repair['about']>

function nameOf({ thing, heading }: About): string {
  return plainText(`${said(kindOf(thing)?.one) ?? thing} ${heading}`)
}

function ThingLink({ about }: { readonly about: About }) {
  return <a href={addressOfThing(about)}>{nameOf(about)}</a>
}

/** Leads to a call, by its status and what it did. */
function CallLink({
  call: { id, status, title, operation, target },
}: {
  readonly call: NonNullable<RepairsJson['first']>
}) {
  return (
    <a href={addressOf(['exchanges', id])}>
      <StatusBadge status={status} /> {plainText(title ?? operation ?? target)}
    </a>
  )
}
