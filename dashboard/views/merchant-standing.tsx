import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import { CERTIFICATE_STATES } from '../../src/engine/keys/standing.ts'
import { Choice, type Option } from '../components/choice.tsx'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'

/** Obstacles to a merchant's calls, in a word or two; nothing for a merchant that may call. */
export function StandingBadges({ certificate_state, api_v3_key_set }: ListedMerchant) {
  const { certificateIs, certificateStates, keyNotSet } = texts.value.merchants.standing
  return (
    <>
      {certificate_state !== 'valid' && (
        <span class="badge warn">{certificateIs(certificateStates[certificate_state])}</span>
      )}
      {!api_v3_key_set && <span class="badge warn">{keyNotSet}</span>}
    </>
  )
}

/** Whether WeChat Pay lets a merchant call, with controls to change it. */
export function MerchantStanding({ mchid, certificate_state, api_v3_key_set, replaced_serials }: ListedMerchant) {
  const words = texts.value.merchants.standing
  const change = (wanted: Parameters<typeof control.value.changeMerchant>[1]) =>
    attempt(() => control.value.changeMerchant(mchid, wanted), words.changed)
  return (
    <section class="message" aria-labelledby="standing-title">
      <h3 id="standing-title">{words.title}</h3>
      <div class="fields">
        <Choice
          label={words.certificate}
          value={certificate_state}
          onChange={(chosen) => {
            const state = CERTIFICATE_STATES.find((one) => one === chosen)
            if (state) void change({ certificate_state: state })
          }}
          options={CERTIFICATE_STATES.map((one): Option => [one, words.certificateStates[one]])}
        />
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={api_v3_key_set}
          onChange={({ currentTarget }) => void change({ api_v3_key_set: currentTarget.checked })}
        />
        {words.keySet}
      </label>
      <p class="actions">
        <button
          type="button"
          onClick={() => void attempt(() => control.value.replaceCertificate(mchid), words.certificateReplaced)}
        >
          {words.replaceCertificate}
        </button>
      </p>
      <p class="quiet">{words.hint}</p>
      {replaced_serials && (
        <p class="mono quiet wrap">
          {words.replacedSerials} {replaced_serials.join(', ')}
        </p>
      )}
    </section>
  )
}
