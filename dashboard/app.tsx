import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ThingKind } from '../src/control/formats/thing.ts'
import { token } from '../src/doors/browser/kept.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../src/wire/protocol/authorization.ts'
import { plainText, readable } from '../src/wire/shared/texts.ts'
import { offsetText, useClock } from './components/clock-reading.tsx'
import { Form } from './components/fields.tsx'
import { Loading } from './components/panes.tsx'
import { type Link, TopBar } from './components/top-bar.tsx'
import { said, texts } from './state/appearance.ts'
import { connection, resync } from './state/connection.ts'
import { control, enterToken, tokenWanted } from './state/control.ts'
import { attempt, dismiss, notices } from './state/notices.ts'
import { overview, thingKinds } from './state/operations.ts'
import { route } from './state/route.ts'
import { saved } from './state/saved.ts'
import { kindOf } from './state/things.ts'
import { touches, useLoaded } from './state/use-loaded.ts'
import type { ViewName } from './texts/en.ts'
import { CallbacksView } from './views/callbacks.tsx'
import { ClockView } from './views/clock.tsx'
import { CompareView } from './views/compare-calls.tsx'
import { ExchangesView } from './views/exchanges.tsx'
import { FaultsView } from './views/faults.tsx'
import { MerchantsView } from './views/merchants.tsx'
import { SeedView } from './views/seed.tsx'
import { SendCallView } from './views/send-call.tsx'
import { SettingsView } from './views/settings.tsx'
import { StageView } from './views/stage.tsx'
import { ThingsView } from './views/things.tsx'

type View = { readonly name: ViewName; readonly View: ComponentType }

/** Those of some views that the page has: a saved one has only the lists that it was saved with. */
const present = (views: readonly View[]) => views.filter(({ name }) => saved?.lists.includes(name) ?? true)

/** Views of calls and callbacks. The products' things follow in the navigation. */
const TRAFFIC = present([
  { name: 'exchanges', View: ExchangesView },
  { name: 'callbacks', View: CallbacksView },
  { name: 'stage', View: StageView },
])

/** Views that change the mock's behaviour or content. */
const TOOLS = present([
  { name: 'faults', View: FaultsView },
  { name: 'clock', View: ClockView },
  { name: 'merchants', View: MerchantsView },
  { name: 'seed', View: SeedView },
  { name: 'settings', View: SettingsView },
])

/** Views about calls that lead to them, and are not in the navigation. */
const LINKED: readonly View[] = [
  { name: 'send', View: SendCallView },
  { name: 'compare', View: CompareView },
]

const ALL = [...TRAFFIC, ...TOOLS, ...LINKED]

export function App() {
  const { view } = route.value
  const main = useRef<HTMLElement>(null)
  const kinds = thingKinds.value
  const kind = kindOf(view)
  // An unknown address leads to the first view, once the mock has listed its content.
  const isUnknownYet = kinds === undefined && !ALL.some(({ name }) => name === view)
  const known = ALL.find(({ name }) => name === view) ?? TRAFFIC[0]
  const title = said(kind?.title) ?? (known && !isUnknownYet ? texts.value.views[known.name] : '')
  useEffect(() => {
    document.title = title === '' ? 'wechatpay-mock' : `${title} · wechatpay-mock`
  }, [title])
  const linkTo = ({ name }: View): Link => ({
    address: `#/${name}`,
    title: texts.value.views[name],
    // There, views about calls have no place of their own.
    isCurrent: !kind && !isUnknownYet && name === (LINKED.some((one) => one === known) ? 'exchanges' : known?.name),
  })
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {texts.value.skip}
      </button>
      <TopBar groups={[TRAFFIC.map(linkTo), linksToProducts(kinds ?? [], kind), TOOLS.map(linkTo)]} />
      <SavedNotice />
      <ConnectionNotice />
      <SignatureNotice />
      <main id="content" ref={main} tabIndex={-1}>
        {kind ? (
          <ThingsView key={kind.id} kind={kind} />
        ) : isUnknownYet ? (
          <section class="pane page">
            <Loading />
          </section>
        ) : (
          known && <known.View />
        )}
      </main>
      <Notices />
      {tokenWanted.value && <TokenDialog />}
    </>
  )
}

/** A link to the first kind of things of each product, which leads to the others. */
function linksToProducts(kinds: readonly ThingKind[], current: ThingKind | undefined): readonly Link[] {
  return overview.value.products.flatMap(({ id, title }) => {
    const first = kinds.find(({ product, listed }) => listed && product === id)
    const isCurrent = current !== undefined && current.product === id
    return first ? [{ address: `#/${first.id}`, title: said(title), isCurrent }] : []
  })
}

/** Transient messages on success or failure, announced by screen readers. */
function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, kind, text }) => (
        <p key={id} class={`notice ${kind}`}>
          <span>{text}</span>
          <button type="button" class="plain" aria-label={texts.value.dismiss} onClick={() => dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  )
}

/** Says that this is a saved view, of when, and of what. */
function SavedNotice() {
  if (!saved) return null
  const { saved_at, now, view } = saved
  const filter = [...new URLSearchParams(view.split('?')[1])].map(([name, value]) => `${name} ${value}`)
  return (
    <p class="banner saved-view" role="status">
      {texts.value.saved.notice(readable(saved_at), readable(now), plainText(filter.join(' · ')))}
    </p>
  )
}

/** Reports that the server has ended, and that the user need not do anything. */
function ConnectionNotice() {
  return <div role="status">{connection.value === 'lost' && <p class="banner">{texts.value.lost}</p>}</div>
}

/** Reports that clients get 401 because the mock's clock has been moved, and offers to fix it. */
function SignatureNotice() {
  const clock = useClock()
  const { value } = useLoaded('settings', (client) => client.settings(), touches('settings'))
  const isRefused =
    clock !== undefined &&
    value?.auth === 'strict' &&
    value.signature_clock === 'mock' &&
    Math.abs(clock.aheadMs) > TIMESTAMP_WINDOW_SECONDS * 1_000
  const words = texts.value.clock
  return (
    <div role="status">
      {isRefused && (
        <p class="banner">
          <span>{words.refused(offsetText(clock.aheadMs) ?? '')}</span>{' '}
          <button
            type="button"
            onClick={() =>
              void attempt(() => control.value.changeSettings({ signature_clock: 'machine' }), words.judged.machine)
            }
          >
            {words.judgeInstead}
          </button>
        </p>
      )}
    </div>
  )
}

/** Asks for the control token, which lives as long as the tab. */
function TokenDialog() {
  const [value, setValue] = useState('')
  const dialog = useRef<HTMLDialogElement>(null)
  const words = texts.value.token
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-labelledby="token-title" onCancel={(event) => event.preventDefault()}>
      <Form
        onSubmit={() => {
          enterToken(value)
          resync()
        }}
      >
        <h2 id="token-title">{words.title}</h2>
        <p>{words.why}</p>
        <label>
          {words.label}
          <input
            type="password"
            autocomplete="off"
            required
            value={value}
            onInput={({ currentTarget }) => setValue(currentTarget.value)}
          />
        </label>
        {token.value !== '' && <p class="wrong">{words.wrong}</p>}
        <p class="actions">
          <button type="submit" class="primary">
            {words.open}
          </button>
        </p>
      </Form>
    </dialog>
  )
}
