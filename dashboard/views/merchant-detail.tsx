import { useState } from 'preact/hooks'
import { plainText } from '../../src/browser/texts.ts'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { ListedMerchant } from '../../src/control/formats/overview.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { saveBlob } from '../components/save-blob.ts'
import { hideSecrets } from '../hide-secrets.ts'
import { texts } from '../state/appearance.ts'
import { useLoaded } from '../state/use-loaded.ts'
import { CredentialsSnippet } from './credentials-snippet.tsx'
import { MerchantStanding, StandingBadges } from './merchant-standing.tsx'

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
