import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { token } from '../src/browser/kept.ts'
import { plainText } from '../src/browser/texts.ts'
import type { ThingKind } from '../src/control/formats/thing.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../src/protocol/authorization.ts'
import { ClockReading, offsetText, useClock } from './components/clock-reading.tsx'
import { Form } from './components/fields.tsx'
import { Loading } from './components/panes.tsx'
import { type Language, language, said, type Theme, texts, theme } from './state/appearance.ts'
import { connection, resync } from './state/connection.ts'
import { control, enterToken, tokenWanted } from './state/control.ts'
import { attempt, dismiss, notices } from './state/notices.ts'
import { overview, thingKinds } from './state/operations.ts'
import { route } from './state/route.ts'
import { isChanged, useSettings } from './state/settings.ts'
import { kindOf } from './state/things.ts'
import { touches, useLoaded } from './state/use-loaded.ts'
import type { ViewName } from './texts/en.ts'
import { CallbacksView } from './views/callbacks.tsx'
import { ClockView } from './views/clock.tsx'
import { ExchangesView } from './views/exchanges.tsx'
import { FaultsView } from './views/faults.tsx'
import { MerchantsView } from './views/merchants.tsx'
import { SeedView } from './views/seed.tsx'
import { SettingsView } from './views/settings.tsx'
import { ThingsView } from './views/things.tsx'

type View = { readonly name: ViewName; readonly View: ComponentType }

/** Views of calls and callbacks. The products' things follow in the navigation. */
const TRAFFIC: readonly View[] = [
  { name: 'exchanges', View: ExchangesView },
  { name: 'callbacks', View: CallbacksView },
]

/** Views that change the mock's behaviour or content. */
const TOOLS: readonly View[] = [
  { name: 'faults', View: FaultsView },
  { name: 'clock', View: ClockView },
  { name: 'merchants', View: MerchantsView },
  { name: 'seed', View: SeedView },
  { name: 'settings', View: SettingsView },
]

export function App() {
  const { view } = route.value
  const main = useRef<HTMLElement>(null)
  const kinds = thingKinds.value
  const kind = kindOf(view)
  // An unknown address leads to the first view, once the mock has listed its content.
  const isUnknownYet = kinds === undefined && ![...TRAFFIC, ...TOOLS].some(({ name }) => name === view)
  const known = [...TRAFFIC, ...TOOLS].find(({ name }) => name === view) ?? TRAFFIC[0]
  const title = said(kind?.title) ?? (known && !isUnknownYet ? texts.value.views[known.name] : '')
  useEffect(() => {
    document.title = title === '' ? 'wechatpay-mock' : `${title} · wechatpay-mock`
  }, [title])
  const linkTo = ({ name }: View): Link => ({
    address: `#/${name}`,
    title: texts.value.views[name],
    isCurrent: !kind && !isUnknownYet && name === known?.name,
  })
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {texts.value.skip}
      </button>
      <TopBar groups={[TRAFFIC.map(linkTo), linksToProducts(kinds ?? [], kind), TOOLS.map(linkTo)]} />
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

/** Reports that the server is gone, and that the user need not do anything. */
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

/** A navigation link. */
interface Link {
  readonly address: string
  readonly title: string
  readonly isCurrent: boolean
}

/** The bar above every view: navigation and appearance. */
function TopBar({ groups }: { readonly groups: readonly (readonly Link[])[] }) {
  const words = texts.value
  const names = useRef<HTMLUListElement>(null)
  // A phone lacks room for all names, and chips reduce it further.
  useEffect(() => {
    const list = names.current
    if (list === null) return
    const observer = new ResizeObserver(() =>
      list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }),
    )
    observer.observe(list)
    return () => observer.disconnect()
  }, [groups.flat().findIndex(({ isCurrent }) => isCurrent), words])
  return (
    <header class="top">
      <div class="brand">
        <span class={`pulse ${connection.value}`} aria-hidden="true" />
        <strong>wechatpay-mock</strong>
        <span class="quiet connection">{words.connection[connection.value]}</span>
      </div>
      <nav aria-label={words.navigation}>
        <ul ref={names}>
          {groups.map((links) =>
            links.map(({ address, title, isCurrent }, i) => (
              <li key={address} class={i === 0 ? 'first-of-group' : ''}>
                <a href={address} aria-current={isCurrent ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            )),
          )}
        </ul>
      </nav>
      <div class="chips">
        <FaultChip />
        <SettingChips />
      </div>
      <div class="tools">
        <ClockReading />
        <select
          aria-label={words.language}
          value={language.value}
          onChange={({ currentTarget }) => {
            language.value = currentTarget.value as Language
          }}
        >
          <option value="zh" lang="zh-CN">
            中文
          </option>
          <option value="en" lang="en">
            English
          </option>
        </select>
        <select
          aria-label={words.theme}
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = currentTarget.value as Theme
          }}
        >
          {(['auto', 'light', 'dark'] as const).map((one) => (
            <option key={one} value={one}>
              {words.themes[one]}
            </option>
          ))}
        </select>
      </div>
    </header>
  )
}

/** Warns in the header that planned faults will hit calls or callbacks; hidden without such faults. */
function FaultChip() {
  const { value = [] } = useLoaded('faults', (client) => client.faults(), touches('faults'))
  if (value.length === 0) return null
  return (
    <a class="badge warn" href="#/faults">
      ⚡ {texts.value.faults.active(value.length)}
    </a>
  )
}

/** Maximum number of settings that are named; more are only counted. */
const NAMED = 2

/** Lists in the header the settings that differ from their defaults. */
function SettingChips() {
  const changed = useSettings().value?.filter(isChanged) ?? []
  const count = texts.value.settings.changed(changed.length)
  if (changed.length > NAMED) return <Chip text={count} />
  return (
    <>
      {changed.map(({ name, value }) => (
        <Chip key={name} text={`${name}: ${String(value)}`} kind="named" />
      ))}
      {changed.length > 1 && <Chip text={count} kind="counted" />}
    </>
  )
}

/** @param kind `counted` where there is not enough room for several names */
function Chip({ text, kind = '' }: { readonly text: string; readonly kind?: 'named' | 'counted' | '' }) {
  return (
    <a class={`badge calm ${kind}`} href="#/settings" title={plainText(text)}>
      {plainText(text)}
    </a>
  )
}
