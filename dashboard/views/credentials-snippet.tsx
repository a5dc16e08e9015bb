import { SNIPPET_LANGUAGE_NAMES, SNIPPET_LANGUAGES } from '../../src/client-setup/snippet-languages.ts'
import type { CredentialsJson } from '../../src/control/answer-format.ts'
import { Choices } from '../components/choices.tsx'
import { Program } from '../components/program.tsx'
import { hideSecrets } from '../hide-secrets.ts'
import { language, texts } from '../state/appearance.ts'
import { changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'

/** The formats of `wechatpay-mock credentials`, and the names that their files usually have. */
const FORMATS = [
  { format: 'env', label: '.env', file: '.env' },
  { format: 'json', label: 'JSON', file: 'credentials.json' },
  ...SNIPPET_LANGUAGE_NAMES.map((format) => ({ format, ...SNIPPET_LANGUAGES[format] })),
] as const

/** How many characters are shown at first: the key files are below it. */
const SHOWN_CHARACTERS = 1_500

/** A merchant's credentials as a program or a configuration has them. */
export function CredentialsSnippet({
  credentials,
  shown,
  title = texts.value.merchants.configuration,
  first = FORMATS[0].format,
  limit = SHOWN_CHARACTERS,
}: {
  readonly credentials: CredentialsJson
  /** Whether the secrets in it are shown; they are always copied. */
  readonly shown: boolean
  readonly title?: string
  /** The format that is shown where the address names none. */
  readonly first?: (typeof FORMATS)[number]['format']
  /** How many characters are shown at first. */
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
