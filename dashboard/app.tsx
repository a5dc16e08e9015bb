import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { ThingKind } from '../src/control/formats/thing.ts'
import { Loading } from './components/loading.tsx'
import { ConnectionNotice, Notices } from './components/notices.tsx'
import { SignatureNotice } from './components/signature-notice.tsx'
import { TokenDialog } from './components/token-dialog.tsx'
import { type Link, TopBar } from './components/top-bar.tsx'
import { texts } from './state/appearance.ts'
import { tokenWanted } from './state/control.ts'
import { kindOf } from './state/lives.ts'
import { overview, thingKinds } from './state/operations.ts'
import { route } from './state/route.ts'
import { said } from './state/said.ts'
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
