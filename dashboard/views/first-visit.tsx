import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import type { ExchangeSummaryJson } from '../../src/control/formats/exchange-summary.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { Code, CopyButton } from '../components/code.tsx'
import { said, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { kindOf } from '../state/things.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { chosenLanguage } from './as-code.tsx'
import { CredentialsSnippet } from './merchant-detail.tsx'

/** Introduction for new users: their SDK, a call to paste, and a story to look at. Shown while nothing has happened, and on demand. */
export function FirstVisit({ onPlayed }: { readonly onPlayed: () => void }) {
  const words = texts.value.start
  const { value: credentials, error } = useLoaded('credentials', (client) => client.credentials())
  return (
    <section class="start" aria-label={words.title}>
      <div class="start-column">
        <PlayStory onPlayed={onPlayed} />
        <SampleCall />
      </div>
      <div class="start-column">
        {error !== undefined && <p class="wrong">{error}</p>}
        {credentials && (
          <>
            <CredentialsSnippet
              credentials={credentials}
              shown={false}
              title={words.connect}
              first={chosenLanguage.value}
              limit={1_300}
            />
            <p class="quiet">{words.connectText}</p>
          </>
        )}
      </div>
    </section>
  )
}

/** Whether the address asks for it. */
export function isGuideOpen(query: URLSearchParams): boolean {
  return query.has('start')
}

export function toggleGuide(): void {
  changeQuery({ start: isGuideOpen(route.peek().query) ? '' : 'open', format: '' })
}

/** The latest story, with links to its parts. */
interface Played {
  readonly unauthenticated?: string | undefined
  readonly refused?: string | undefined
  readonly callback?: string | undefined
  /** The thing with the longest history, and its kind. */
  readonly thing?: { readonly address: string; readonly kind: ThingKind } | undefined
}

const played = signal<Played | undefined>(undefined)

async function play(onPlayed: () => void): Promise<void> {
  const exchanges = await attempt(() => control.value.playStory())
  if (!exchanges) return
  changeQuery({ start: '', format: '' })
  onPlayed()
  played.value = await placesOf(exchanges)
}

async function placesOf(exchanges: readonly ExchangeSummaryJson[]): Promise<Played> {
  const last = exchanges.findLast(({ status, callback }) => status !== undefined && status < 300 && !callback)
  const things = (last && (await attempt(() => control.value.exchangeThings(last.id)))) ?? []
  const thing = things.find((one) => kindOf(one.thing)?.life !== undefined)
  const kind = kindOf(thing?.thing)
  const exchangeWith = (status: number) => {
    const found = exchanges.find((exchange) => exchange.status === status)
    return found && addressOf(['exchanges', found.id])
  }
  const callback = exchanges.find((exchange) => exchange.callback)?.callback
  return {
    unauthenticated: exchangeWith(401),
    refused: exchangeWith(400),
    callback: callback && addressOf(['callbacks', callback.id]),
    thing: thing && kind && { address: addressOf([thing.thing, ...thing.name]), kind },
  }
}

function PlayStory({ onPlayed }: { readonly onPlayed: () => void }) {
  const words = texts.value.start
  const [isPlaying, setPlaying] = useState(false)
  return (
    <section class="card" aria-labelledby="play-title">
      <h2 id="play-title">{words.storyTitle}</h2>
      <p>{words.story}</p>
      <p class="actions">
        <button
          type="button"
          class="primary"
          disabled={isPlaying}
          onClick={() => {
            setPlaying(true)
            void play(onPlayed).finally(() => setPlaying(false))
          }}
        >
          {isPlaying ? words.playing : words.play}
        </button>
      </p>
    </section>
  )
}

/** After a story: where to look first. */
export function StoryHint() {
  const words = texts.value.start
  const places = played.value
  if (!places) return null
  const { thing, ...others } = places
  const links = (['unauthenticated', 'refused', 'callback'] as const).flatMap((name) => {
    const address = others[name]
    return address === undefined ? [] : [[words.places[name], address] as const]
  })
  if (thing) links.push([words.places.thing(said(thing.kind.one)), thing.address])
  return (
    <section class="hint" aria-label={words.played}>
      <div>
        <p>
          <strong>{words.played}</strong> {words.lookAt}
        </p>
        <ul>
          {links.map(([text, address]) => (
            <li key={address}>
              <a href={address}>{text}</a>
            </li>
          ))}
        </ul>
      </div>
      <button
        type="button"
        class="plain"
        aria-label={texts.value.dismiss}
        onClick={() => {
          played.value = undefined
        }}
      >
        ×
      </button>
    </section>
  )
}

/** How long a signed command is shown before it is renewed: its signature is valid for five minutes. */
const SIGNATURE_SHOWN_MS = 4 * 60_000

function SampleCall() {
  const words = texts.value.exchanges
  const { value, error, reload } = useLoaded('sample', (client) => client.sampleCurl())
  useEffect(() => {
    const timer = setInterval(reload, SIGNATURE_SHOWN_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <section class="card" aria-labelledby="sample-title">
      <h2 id="sample-title">{words.firstTitle}</h2>
      <p>{words.firstText}</p>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value !== undefined && <Code text={value} copy={false} />}
      <p class="actions">
        <CopyButton label={words.copyCurl} text={() => control.value.sampleCurl()} />
      </p>
    </section>
  )
}
