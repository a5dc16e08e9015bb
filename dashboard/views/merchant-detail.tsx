import { useState } from 'preact/hooks'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import { SNIPPET_LANGUAGE_NAMES, SNIPPET_LANGUAGES } from '../../src/control/client-setup/snippet-languages.ts'
import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import { CERTIFICATE_STATES } from '../../src/engine/keys/standing.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { CopyButton, hideSecrets, Program, saveBlob } from '../components/code.tsx'
import { Choice, Choices, type Option } from '../components/fields.tsx'
import { DetailPane, Fact } from '../components/panes.tsx'
import { language, texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { chosenForm } from './as-code.tsx'

/** One merchant: its facts, and everything to configure its client with. */
export function MerchantDetail({ mchid, back }: { readonly mchid: string; readonly back: string }) {
  const words = texts.value.merchants
  const merchant = useLoaded(
    mchid,
    async (client) => {
      const [credentials, { items }] = await Promise.all([
        client.credentials(mchid),
        client.merchants({ text: mchid, limit: 500 }),
      ])
      return { credentials, listed: items.find((one) => one.mchid === mchid) }
    },
    // A new certificate of the platform, other settings of the keys, another address for events.
    (event) =>
      event.type === 'change' && (event.change.documents.length > 0 || event.change.tables.includes('eventAddresses')),
  )
  return (
    <DetailPane label={words.merchant} back={back} backLabel={words.back} loaded={merchant}>
      {(value) => <Merchant {...value} />}
    </DetailPane>
  )
}

function Merchant({
  credentials,
  listed,
}: {
  readonly credentials: CredentialsJson
  readonly listed: ListedMerchant | undefined
}) {
  const words = texts.value.merchants
  const [shown, show] = useState(false)
  const { mchid, merchant_serial_no, api_v3_key, base_url, proxy_url } = credentials
  return (
    <>
      <header class="detail-head">
        <h2>
          <bdi>{plainText(listed?.name ?? mchid)}</bdi> {listed && <StandingBadges {...listed} />}
        </h2>
        <dl class="facts">
          <Fact name={words.mchid}>{mchid}</Fact>
          <Fact name={words.serial}>{merchant_serial_no}</Fact>
          <Fact name={words.apiV3Key}>{shown ? api_v3_key : hideSecrets(api_v3_key, api_v3_key)}</Fact>
          {listed && (
            <Fact name={words.appids}>
              {listed.appids.length === 0 ? words.anyAppid : plainText(listed.appids.join(', '))}
            </Fact>
          )}
          {listed?.partners && <Fact name={words.partners}>{listed.partners.join(', ')}</Fact>}
          {listed?.unopened_products && <Fact name={words.unopened}>{listed.unopened_products.join(', ')}</Fact>}
          {listed?.notify_url !== undefined && <Fact name={words.notifyUrl}>{plainText(listed.notify_url)}</Fact>}
          <Fact name={words.baseUrl}>{base_url}</Fact>
          {proxy_url !== null && <Fact name={words.proxyUrl}>{proxy_url}</Fact>}
        </dl>
        <p class="actions">
          <CopyButton label={words.copyMchid} text={mchid} />
          <CopyButton label={words.copySerial} text={merchant_serial_no} />
          <CopyButton label={words.copyApiV3Key} text={api_v3_key} />
          <button type="button" aria-pressed={shown} onClick={() => show(!shown)}>
            {words.showSecrets}
          </button>
        </p>
      </header>
      <CredentialsSnippet credentials={credentials} shown={shown} />
      <section class="message" aria-labelledby="files-title">
        <h3 id="files-title">{words.files}</h3>
        <p class="quiet">{words.filesHint}</p>
        {filesOf(credentials).map((file) => (
          <KeyFile key={file.name} file={file} apiV3Key={api_v3_key} shown={shown} />
        ))}
      </section>
      {listed && <MerchantStanding {...listed} />}
    </>
  )
}

interface PemFile {
  readonly name: string
  readonly kind: 'privateKey' | 'certificate' | 'platformCertificate' | 'publicKey' | 'ca'
  /** Its identifier in a configuration. */
  readonly id?: string
  readonly content: string
}

/** The files that a merchant gets from WeChat Pay, under their original names, and the CA of the mock's TLS server. */
function filesOf({
  merchant_private_key,
  merchant_certificate,
  merchant_serial_no,
  platform_certificates,
  platform_public_key,
  ca_certificate,
}: CredentialsJson): readonly PemFile[] {
  return [
    { name: 'apiclient_key.pem', kind: 'privateKey', content: merchant_private_key },
    { name: 'apiclient_cert.pem', kind: 'certificate', id: merchant_serial_no, content: merchant_certificate },
    ...platform_certificates.map(({ serial_no, certificate }) => ({
      name: `wechatpay_${serial_no}.pem`,
      kind: 'platformCertificate' as const,
      id: serial_no,
      content: certificate,
    })),
    ...(platform_public_key
      ? [
          {
            name: 'pub_key.pem',
            kind: 'publicKey' as const,
            id: platform_public_key.id,
            content: platform_public_key.public_key,
          },
        ]
      : []),
    ...(ca_certificate === null ? [] : [{ name: 'ca.pem', kind: 'ca' as const, content: ca_certificate }]),
  ]
}

function KeyFile({
  file: { name, kind, id, content },
  apiV3Key,
  shown,
}: {
  readonly file: PemFile
  readonly apiV3Key: string
  readonly shown: boolean
}) {
  const words = texts.value.merchants
  const text = `${content.trimEnd()}\n`
  return (
    <section class="key-file" aria-label={name}>
      <p class="key-file-head">
        <span>
          <strong>{words.kinds[kind]}</strong> <span class="mono quiet">{name}</span>
        </span>
        <span class="actions">
          {id !== undefined && <CopyButton kind="small" label={words.copyId[kind] ?? texts.value.copy} text={id} />}
          <CopyButton kind="small" label={texts.value.copy} text={text} />
          <button
            type="button"
            class="small"
            onClick={() => saveBlob(name, new Blob([text], { type: 'application/x-pem-file' }))}
          >
            {words.saveFile}
          </button>
        </span>
      </p>
      {id !== undefined && !name.includes(id) && <p class="mono quiet wrap">{id}</p>}
      <details>
        <summary>{words.content}</summary>
        <pre>{shown ? text : hideSecrets(text, apiV3Key)}</pre>
      </details>
    </section>
  )
}

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
function MerchantStanding({ mchid, certificate_state, api_v3_key_set, replaced_serials }: ListedMerchant) {
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

/** The formats of `wechatpay-mock credentials`, and their usual file names. */
const FORMATS = [
  { format: 'env', label: '.env', file: '.env' },
  { format: 'json', label: 'JSON', file: 'credentials.json' },
  ...SNIPPET_LANGUAGE_NAMES.map((format) => ({ format, ...SNIPPET_LANGUAGES[format] })),
] as const

/** Number of characters shown at first, since the key files are below it. */
const SHOWN_CHARACTERS = 1_500

/** A merchant's credentials in a program or a configuration. */
export function CredentialsSnippet({
  credentials,
  shown,
  title = texts.value.merchants.configuration,
  first = FORMATS[0].format,
  limit = SHOWN_CHARACTERS,
}: {
  readonly credentials: CredentialsJson
  /** Whether its secrets are shown; they are always copied. */
  readonly shown: boolean
  readonly title?: string
  /** The format to show if the address does not name one. */
  readonly first?: (typeof FORMATS)[number]['format']
  /** Number of characters shown at first. */
  readonly limit?: number
}) {
  const words = texts.value.merchants
  const { mchid, api_v3_key } = credentials
  const named = route.value.query.get('format') ?? first
  const { format, file } = FORMATS.find((one) => one.format === named) ?? FORMATS[0]
  const known = JSON.stringify(credentials)
  const { value, error } = useLoaded(JSON.stringify([format, language.value, known]), async (client) =>
    format === 'json'
      ? `${JSON.stringify(credentials, null, 2)}\n`
      : client.credentialsSnippet(format, { mchid, lang: language.value }),
  )
  return (
    <section class="message" aria-labelledby="snippet-title">
      <h3 id="snippet-title">{title}</h3>
      <Choices
        name="format"
        legend={words.format}
        options={FORMATS.map((one) => [one.format, one.label] as const)}
        chosen={format}
        onChoose={(chosen) => {
          changeQuery({ format: chosen })
          const form = SNIPPET_LANGUAGE_NAMES.find((name) => name === chosen)
          if (form) chosenForm.value = form
        }}
      />
      {error !== undefined && <p class="wrong">{error}</p>}
      {value !== undefined && (
        <Program file={file} text={value} shown={shown ? value : hideSecrets(value, api_v3_key)} limit={limit} />
      )}
    </section>
  )
}
