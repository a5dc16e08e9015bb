import { computed } from '@preact/signals'
import { useState } from 'preact/hooks'
import { CODE_FORM_NAMES, CODE_FORMS, type CodeFormName } from '../../src/control/client-setup/snippet-languages.ts'
import { kept } from '../../src/doors/browser/kept.ts'
import { hideSecrets, Program } from '../components/code.tsx'
import { Choices } from '../components/fields.tsx'
import { language, texts } from '../state/appearance.ts'
import { useLoaded } from '../state/use-loaded.ts'

/** The form chosen last, since a shop has one language. */
export const chosenForm = kept<CodeFormName>(
  'snippet-language',
  (text) => CODE_FORM_NAMES.find((one) => one === text) ?? 'java',
)

/** Its language, for what only comes as a program. */
export const chosenLanguage = computed(() => CODE_FORMS[chosenForm.value].language ?? 'java')

/** A call as a program, a test or a contract; one of the tries of a callback as a program that receives it. Loaded on demand. */
export function AsCode({
  mchid,
  ...exchange
}: {
  readonly mchid: string | undefined
} & (
  | { readonly id: string; readonly isCallback: boolean }
  | { readonly tries: readonly (readonly [id: string, attempt: number])[] }
)) {
  const words = texts.value.asCode
  const [isOpen, open] = useState(false)
  const [one, choose] = useState<string>()
  const isCallback = 'tries' in exchange || exchange.isCallback
  const tries = 'tries' in exchange ? exchange.tries : []
  const id = 'id' in exchange ? exchange.id : (tries.find(([each]) => each === one) ?? tries.at(-1))?.[0]
  if (id === undefined) return null
  const form = isCallback ? chosenLanguage.value : chosenForm.value
  const offered = CODE_FORM_NAMES.filter((name) => !isCallback || CODE_FORMS[name].kind === 'program')
  return (
    <details class="message" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <h3>{words.title}</h3>
      </summary>
      {isOpen && (
        <>
          <p class="quiet">
            {isCallback ? words.receives : words.kinds[CODE_FORMS[form].kind]}
            {words.secrets}
          </p>
          <div class="program-choices">
            <Choices
              name="code"
              legend={words.form}
              options={offered.map((name) => [name, CODE_FORMS[name].label] as const)}
              chosen={form}
              onChoose={(name) => {
                chosenForm.value = name
              }}
            />
            {tries.length > 1 && (
              <select aria-label={words.ofTry} value={id} onChange={({ currentTarget }) => choose(currentTarget.value)}>
                {tries.map(([each, attempt]) => (
                  <option key={each} value={each}>
                    {texts.value.exchange.attempt(attempt)}
                  </option>
                ))}
              </select>
            )}
          </div>
          <Code id={id} form={form} mchid={mchid} />
        </>
      )}
    </details>
  )
}

function Code({
  id,
  form,
  mchid,
}: {
  readonly id: string
  readonly form: CodeFormName
  readonly mchid: string | undefined
}) {
  const { value, error } = useLoaded(JSON.stringify([id, form, language.value]), async (client) => {
    const { text, file } = await client.exchangeCode(id, { as: form, lang: language.value })
    // Whoever the mock does not know has the keys of the usual merchant.
    const { api_v3_key } = await client.credentials(mchid).catch(() => client.credentials())
    return { file, text, shown: hideSecrets(text, api_v3_key) }
  })
  return (
    <>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value && <Program {...value} />}
    </>
  )
}
