import type { ControlEvent } from '../../src/control/formats/event.ts'
import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import { ListEnd } from '../components/list-end.tsx'
import { SearchField } from '../components/search-field.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { addressOf, changeQuery, route } from '../state/route.ts'
import { usePages } from '../state/use-pages.ts'
import { FreshMerchant } from './fresh-merchant.tsx'
import { MerchantDetail } from './merchant-detail.tsx'

/** Whether an event may have changed what is shown of merchants. */
function concernsMerchants(event: ControlEvent): boolean {
  if (event.type !== 'change') return false
  const { tables, documents } = event.change
  return tables.includes('eventAddresses') || documents.some((name) => name.startsWith('merchant/'))
}

/** The merchants that may call, a fresh one, and what a client of one has to be configured with. */
export function MerchantsView() {
  const { rest, query } = route.value
  const text = query.get('text') ?? ''
  const words = texts.value.merchants
  const pages = usePages<ListedMerchant>(
    text,
    (client, page) => client.merchants({ ...(text !== '' && { text }), ...page }),
    ({ mchid }) => mchid,
    concernsMerchants,
  )
  const [mchid] = rest
  const filter = { text, format: query.get('format') ?? '' }
  return (
    <div class={`split ${mchid === undefined ? '' : 'opened'}`}>
      <section class="pane list" aria-labelledby="merchants-title">
        <h1 id="merchants-title">{texts.value.views.merchants}</h1>
        <search class="filters" aria-label={texts.value.filter}>
          <SearchField label={words.search} value={text} onChange={(changed) => changeQuery({ text: changed })} />
        </search>
        <FreshMerchant />
        {pages.error !== undefined && <p class="wrong">{pages.error}</p>}
        {pages.items?.length === 0 && <p class="empty">{words.none}</p>}
        {pages.items && pages.items.length > 0 && (
          <>
            <ul class="rows">
              {pages.items.map((merchant) => (
                <Row
                  key={merchant.mchid}
                  merchant={merchant}
                  address={addressOf(['merchants', merchant.mchid], filter)}
                  opened={merchant.mchid === mchid}
                />
              ))}
            </ul>
            <ListEnd pages={pages} />
          </>
        )}
      </section>
      {mchid !== undefined && <MerchantDetail key={mchid} mchid={mchid} back={addressOf(['merchants'], filter)} />}
    </div>
  )
}

function Row({
  merchant,
  address,
  opened,
}: {
  readonly merchant: ListedMerchant
  readonly address: string
  readonly opened: boolean
}) {
  const { mchid, name, appids, serial_no, notify_url, well_known } = merchant
  const words = texts.value.merchants
  return (
    <li class={opened ? 'opened' : ''}>
      <a href={address} aria-current={opened ? 'true' : undefined}>
        <span class="first">
          <span class="mono">{mchid}</span>
          <span class="what">{plainText(name)}</span>
          {well_known && <span class="badge calm">{words.wellKnown}</span>}
        </span>
        <span class="second">
          <span class="address mono" title={words.serial}>
            {serial_no}
          </span>
          <span class="aside">{appids.length === 0 ? words.anyAppid : plainText(appids.join(', '))}</span>
        </span>
        {notify_url !== undefined && (
          <span class="third">
            <span class="address mono quiet" title={words.notifyUrl}>
              → <bdi>{plainText(notify_url)}</bdi>
            </span>
          </span>
        )}
      </a>
    </li>
  )
}
