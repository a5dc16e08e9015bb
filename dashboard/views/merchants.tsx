import { plainText } from '../../src/browser/texts.ts'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import { ListPane } from '../components/list-pane.tsx'
import { texts } from '../state/appearance.ts'
import { FreshMerchant } from './fresh-merchant.tsx'
import { MerchantDetail } from './merchant-detail.tsx'
import { StandingBadges } from './merchant-standing.tsx'

/** Whether an event may have changed the displayed merchants. */
function concernsMerchants(event: ControlEvent): boolean {
  if (event.type !== 'change') return false
  const { tables, documents } = event.change
  return tables.includes('eventAddresses') || documents.some((name) => /^merchant(?:-change)?\//.test(name))
}

/** The merchants that may call, a form for a new one, and the configuration of a client. */
export function MerchantsView() {
  return (
    <ListPane<ListedMerchant>
      view="merchants"
      words={texts.value.merchants}
      load={(client, wanted) => client.merchants(wanted)}
      nameOf={({ mchid }) => [mchid]}
      concerns={concernsMerchants}
      row={(merchant) => <Row {...merchant} />}
      opened={([mchid], back) =>
        mchid === undefined ? undefined : <MerchantDetail key={mchid} mchid={mchid} back={back} />
      }
    >
      <FreshMerchant />
    </ListPane>
  )
}

function Row(merchant: ListedMerchant) {
  const { mchid, name, appids, serial_no, notify_url, well_known } = merchant
  const words = texts.value.merchants
  return (
    <>
      <span class="first">
        <span class="mono">{mchid}</span>
        <span class="what">{plainText(name)}</span>
        {well_known && <span class="badge calm">{words.wellKnown}</span>}
        <StandingBadges {...merchant} />
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
    </>
  )
}
