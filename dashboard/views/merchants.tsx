import { useState } from 'preact/hooks'
import type { ControlEvent } from '../../src/control/formats/notification.ts'
import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import type { MerchantJson } from '../../src/control/world/merchant-json.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { Choice, Form, type Option, TextField } from '../components/fields.tsx'
import { ListPane } from '../components/panes.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { goTo } from '../state/route.ts'
import { MerchantDetail, StandingBadges } from './merchant-detail.tsx'

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

const KEY_MODES = ['both', 'public-key', 'certificate'] as const
type KeyMode = (typeof KEY_MODES)[number]

/** Creates a merchant with keys and an empty world of its own; omitted values are generated. */
function FreshMerchant() {
  const words = texts.value.merchants
  const [mchid, setMchid] = useState('')
  const [name, setName] = useState('')
  const [appids, setAppids] = useState('')
  const [keyMode, setKeyMode] = useState<KeyMode | ''>('')
  const [making, setMaking] = useState(false)
  const make = async () => {
    const wanted = appids.split(/[\s,，、]+/).filter((one) => one !== '')
    const settings: MerchantJson = {
      ...(mchid !== '' && { mchid }),
      ...(name !== '' && { name }),
      ...(wanted.length > 0 && { appids: wanted }),
      ...(keyMode !== '' && { key_mode: keyMode }),
    }
    setMaking(true)
    const made = await attempt(() => control.value.createMerchant(settings), words.made)
    setMaking(false)
    if (!made) return
    setMchid('')
    setName('')
    goTo(['merchants', made.mchid])
  }
  return (
    <details>
      <summary>{words.fresh}</summary>
      <Form class="card" onSubmit={make}>
        <div class="fields">
          <TextField label={words.name} maxLength={64} placeholder={words.auto} value={name} onChange={setName} />
          <TextField
            label={words.mchid}
            maxLength={15}
            inputMode="numeric"
            placeholder={words.auto}
            value={mchid}
            onChange={setMchid}
          />
          <TextField label={words.appids} placeholder={words.anyAppid} value={appids} onChange={setAppids} />
          <Choice
            label={words.keyMode}
            value={keyMode}
            onChange={(chosen) => setKeyMode(KEY_MODES.find((one) => one === chosen) ?? '')}
            options={[['', words.keyModes.usual], ...KEY_MODES.map((one): Option => [one, words.keyModes[one]])]}
          />
        </div>
        <p class="actions">
          <button type="submit" class="primary" disabled={making}>
            {making ? words.making : words.make}
          </button>
        </p>
      </Form>
    </details>
  )
}
