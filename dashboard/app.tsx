import type { ComponentType } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { ConnectionNotice, Notices } from './components/notices.tsx'
import { SignatureNotice } from './components/signature-notice.tsx'
import { TokenDialog } from './components/token-dialog.tsx'
import { TopBar } from './components/top-bar.tsx'
import { texts } from './state/appearance.ts'
import { tokenWanted } from './state/control.ts'
import { route } from './state/route.ts'
import type { ViewName } from './texts/en.ts'
import { CallbacksView } from './views/callbacks.tsx'
import { ClockView } from './views/clock.tsx'
import { CouponsView } from './views/coupons.tsx'
import { ExchangesView } from './views/exchanges.tsx'
import { FaultsView } from './views/faults.tsx'
import { MerchantsView } from './views/merchants.tsx'
import { OrdersView } from './views/orders.tsx'
import { SeedView } from './views/seed.tsx'
import { SettingsView } from './views/settings.tsx'
import { StocksView } from './views/stocks.tsx'

const VIEWS: readonly { readonly name: ViewName; readonly View: ComponentType }[] = [
  { name: 'exchanges', View: ExchangesView },
  { name: 'coupons', View: CouponsView },
  { name: 'stocks', View: StocksView },
  { name: 'orders', View: OrdersView },
  { name: 'callbacks', View: CallbacksView },
  { name: 'faults', View: FaultsView },
  { name: 'clock', View: ClockView },
  { name: 'merchants', View: MerchantsView },
  { name: 'seed', View: SeedView },
  { name: 'settings', View: SettingsView },
]

export function App() {
  const { view } = route.value
  const known = VIEWS.find(({ name }) => name === view) ?? VIEWS[0]
  const main = useRef<HTMLElement>(null)
  const name = known?.name ?? 'exchanges'
  useEffect(() => {
    document.title = `${texts.value.views[name]} · wechatpay-mock`
  }, [name, texts.value])
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {texts.value.skip}
      </button>
      <TopBar views={VIEWS.map((one) => one.name)} current={name} />
      <ConnectionNotice />
      <SignatureNotice />
      <main id="content" ref={main} tabIndex={-1}>
        {known && <known.View />}
      </main>
      <Notices />
      {tokenWanted.value && <TokenDialog />}
    </>
  )
}
