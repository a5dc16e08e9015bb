import { useState } from 'preact/hooks'
import type { MerchantJson } from '../../src/world/merchant-json.ts'
import { Choice, type Option } from '../components/choice.tsx'
import { TextField } from '../components/text-field.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { goTo } from '../state/route.ts'

const KEY_MODES = ['both', 'public-key', 'certificate'] as const
type KeyMode = (typeof KEY_MODES)[number]

/** Creates a merchant with keys and an empty world of its own; omitted values are generated. */
export function FreshMerchant() {
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
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
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
      </form>
    </details>
  )
}
