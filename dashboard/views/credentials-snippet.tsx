import type { CredentialsJson } from '../../src/control/answer-format.ts'
import type { SnippetFormat } from '../../src/control/client/shortcuts.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { LongText } from '../components/long-text.tsx'
import { saveBlob } from '../components/save-blob.ts'
import { hideSecrets } from '../hide-secrets.ts'
import { language, texts } from '../state/appearance.ts'
import { changeQuery, route } from '../state/route.ts'
import { useLoaded } from '../state/use-loaded.ts'

/** The formats of `wechatpay-mock credentials`, and the names that their files usually have. */
const FORMATS = [
  { format: 'env', label: '.env', file: '.env' },
  { format: 'json', label: 'JSON', file: 'credentials.json' },
  { format: 'php', label: 'PHP', file: 'example.php' },
  { format: 'java', label: 'Java', file: 'WechatPayMockExample.java' },
  { format: 'go', label: 'Go', file: 'main.go' },
  { format: 'python', label: 'Python', file: 'example.py' },
  { format: 'node', label: 'Node.js', file: 'example.mjs' },
] as const satisfies readonly { format: SnippetFormat | 'json'; label: string; file: string }[]

/** How many characters of a program are shown at first: the key files are below it. */
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
  const chosen = FORMATS.find(({ format }) => format === named) ?? FORMATS[0]
  const { format, file } = chosen
  const known = JSON.stringify(credentials)
  const { value, error } = useLoaded(JSON.stringify([format, language.value, known]), async (client) =>
    format === 'json'
      ? `${JSON.stringify(credentials, null, 2)}\n`
      : client.credentialsSnippet(format, { mchid, lang: language.value }),
  )
  return (
    <section class="message" aria-labelledby="snippet-title">
      <h3 id="snippet-title">{title}</h3>
      <fieldset class="choices">
        <legend class="off-screen">{words.format}</legend>
        {FORMATS.map((one) => (
          <label key={one.format} class={one.format === format ? 'chosen' : ''}>
            <input
              type="radio"
              name="format"
              value={one.format}
              checked={one.format === format}
              onChange={() => changeQuery({ format: one.format })}
            />
            {one.label}
          </label>
        ))}
      </fieldset>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value !== undefined && (
        <div class="code">
          <p class="code-tools">
            <CopyButton kind="small" label={texts.value.copy} text={value} />
            <button
              type="button"
              class="small"
              onClick={() => saveBlob(file, new Blob([value], { type: 'text/plain' }))}
            >
              {words.saveFile}
            </button>
          </p>
          <pre>
            <code>
              <LongText key={format} text={shown ? value : hideSecrets(value, api_v3_key)} limit={limit} />
            </code>
          </pre>
        </div>
      )}
    </section>
  )
}
