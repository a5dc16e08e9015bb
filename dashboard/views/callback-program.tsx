import { useState } from 'preact/hooks'
import { kept } from '../../src/browser/kept.ts'
import {
  SNIPPET_LANGUAGE_NAMES,
  SNIPPET_LANGUAGES,
  type SnippetLanguage,
} from '../../src/client-setup/snippet-languages.ts'
import type { NotificationTries } from '../../src/control/formats/notification.ts'
import { Choices } from '../components/choices.tsx'
import { Program } from '../components/program.tsx'
import { hideSecrets } from '../hide-secrets.ts'
import { language, texts } from '../state/appearance.ts'
import { useLoaded } from '../state/use-loaded.ts'

/** The language chosen last, since a shop uses one. */
const chosenLanguage = kept<SnippetLanguage>(
  'snippet-language',
  (text) => SNIPPET_LANGUAGE_NAMES.find((one) => one === text) ?? 'java',
)

/** A program that verifies and decrypts exactly this callback with the chosen SDK, loaded on demand. */
export function CallbackProgram({ notification, exchanges }: NotificationTries) {
  const words = texts.value.callbackProgram
  const [isOpen, open] = useState(false)
  const [id, choose] = useState<string>()
  const tries = exchanges.flatMap(({ id, callback }) => (callback ? [[id, callback.attempt] as const] : []))
  const chosen = tries.find(([one]) => one === id) ?? tries.at(-1)
  if (!chosen) return null
  return (
    <details class="message" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>
        <h3>{words.title}</h3>
      </summary>
      {isOpen && (
        <>
          <p class="quiet">{words.what}</p>
          <div class="program-choices">
            <Choices
              name="sdk"
              legend={words.sdk}
              options={SNIPPET_LANGUAGE_NAMES.map((name) => [name, SNIPPET_LANGUAGES[name].label] as const)}
              chosen={chosenLanguage.value}
              onChoose={(name) => {
                chosenLanguage.value = name
              }}
            />
            {tries.length > 1 && (
              <select
                aria-label={words.ofTry}
                value={chosen[0]}
                onChange={({ currentTarget }) => choose(currentTarget.value)}
              >
                {tries.map(([one, attempt]) => (
                  <option key={one} value={one}>
                    {texts.value.exchange.attempt(attempt)}
                  </option>
                ))}
              </select>
            )}
          </div>
          <SnippetOfTry id={chosen[0]} mchid={notification.mchid} />
        </>
      )}
    </details>
  )
}

function SnippetOfTry({ id, mchid }: { readonly id: string; readonly mchid: string }) {
  const format = chosenLanguage.value
  const { value, error } = useLoaded(JSON.stringify([id, format, language.value]), async (client) => {
    const text = await client.callbackSnippet(id, format, { lang: language.value })
    const { api_v3_key } = await client.credentials(mchid)
    return { text, shown: hideSecrets(text, api_v3_key) }
  })
  return (
    <>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value && <Program file={SNIPPET_LANGUAGES[format].callbackFile} text={value.text} shown={value.shown} />}
    </>
  )
}
