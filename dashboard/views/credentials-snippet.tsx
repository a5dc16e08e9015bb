import { SNIPPET_LANGUAGE_NAMES, SNIPPET_LANGUAGES } from '../../src/client-setup/snippet-languages.ts'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import { Choices } from '../components/choices.tsx'
import { Program } from '../components/program.tsx'
import { hideSecrets } from '../hide-secrets.ts'
import { language, texts } from '../state/appearance.ts'
import { changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'

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
        onChoose={(chosen) => changeQuery({ format: chosen })}
      />
      {error !== undefined && <p class="wrong">{error}</p>}
      {value !== undefined && (
        <Program file={file} text={value} shown={shown ? value : hideSecrets(value, api_v3_key)} limit={limit} />
      )}
    </section>
  )
}
