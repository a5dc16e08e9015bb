import { useState } from 'preact/hooks'
import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText } from '../../src/wire/shared/texts.ts'
import { MessageComparison } from '../components/message-comparison.tsx'
import { compareMessages } from '../message-difference.ts'
import { linesToSign } from '../message-to-sign.ts'
import { texts } from '../state/appearance.ts'

type Remark = ExchangeJson['remarks'][number]
type Cause = NonNullable<Remark['causes']>[number]

/** Why a request was rejected: the causes, what to change, and the lines of the message that differ. */
export function Diagnosis({ remark, request }: { readonly remark: Remark; readonly request: ExchangeJson['request'] }) {
  const words = texts.value.diagnosis
  const { verdict, causes = [], expected_message, signed_message, difference } = remark
  const compared =
    expected_message !== undefined && signed_message !== undefined
      ? compareMessages(expected_message, signed_message)
      : undefined
  const expected = expected_message === undefined ? undefined : linesToSign(request)
  return (
    <>
      {causes.length === 0 && !verdict && <p class="wrap why">{plainText(remark.text)}</p>}
      {groupsOf(causes).map(({ fix, explanations, names }) => (
        <div key={fix} class="cause">
          {explanations.map((explanation) => (
            <p key={explanation} class="wrap why">
              {plainText(explanation)}
            </p>
          ))}
          <p class="fix wrap">
            <strong>{words.fix}</strong>
            {plainText(fix)} <code class="quiet">{names.join(' · ')}</code>
          </p>
        </div>
      ))}
      {compared && (
        <>
          {difference && (
            <p class="quiet">{words.difference(difference.offset, difference.line, words.parts[difference.part])}</p>
          )}
          <MessageComparison difference={compared} />
        </>
      )}
      {verdict && <p class={causes.length === 0 ? 'why' : 'quiet'}>{words.verdicts[verdict]}</p>}
      {verdict !== undefined && signed_message === undefined && expected !== undefined && (
        <PastedMessage expected={`${expected.join('\n')}\n`} />
      )}
    </>
  )
}

/** Causes with the same fix, grouped. */
function groupsOf(causes: readonly Cause[]): readonly {
  readonly fix: string
  readonly explanations: readonly string[]
  readonly names: readonly string[]
}[] {
  return [...Map.groupBy(causes, ({ fix }) => fix)].map(([fix, alike]) => ({
    fix,
    explanations: [...new Set(alike.map(({ explanation }) => explanation))],
    names: [...new Set(alike.map(({ name }) => name))],
  }))
}

/** Maximum length of a message to compare, in characters. */
const MOST_CHARACTERS = 1_048_576
/** How much of it the field shows: browsers take seconds to lay out a million characters. */
const SHOWN_CHARACTERS = 4_000

/** Compares the message that a client says it has signed with the one that it should have signed. Nothing leaves the page. */
function PastedMessage({ expected }: { readonly expected: string }) {
  const words = texts.value.diagnosis
  const [pasted, setPasted] = useState('')
  return (
    <div class="pasted">
      <label>
        {words.paste}
        <textarea
          class="mono"
          rows={3}
          spellcheck={false}
          autocomplete="off"
          wrap="off"
          // Editing the visible part would lose the rest.
          readOnly={pasted.length > SHOWN_CHARACTERS}
          value={pasted.slice(0, SHOWN_CHARACTERS)}
          onPaste={(event) => {
            // The field itself would change the line ends, which are signed too.
            event.preventDefault()
            setPasted(event.clipboardData?.getData('text/plain') ?? '')
          }}
          onInput={({ currentTarget }) => setPasted(currentTarget.value)}
        />
      </label>
      <p class="quiet">{words.pasteHint}</p>
      <div role="status">
        {pasted !== '' && <Outcome expected={expected} pasted={pasted} isTooLong={pasted.length > MOST_CHARACTERS} />}
      </div>
    </div>
  )
}

function Outcome({
  expected,
  pasted,
  isTooLong,
}: {
  readonly expected: string
  readonly pasted: string
  readonly isTooLong: boolean
}) {
  const words = texts.value.diagnosis
  if (isTooLong) return <p class="wrong">{words.pasteTooLong}</p>
  const difference = compareMessages(expected, pasted)
  if (!difference) return <p class="remark">{words.pasteEqual}</p>
  // Text copied from a log has often lost its final line feed.
  const isCutShort = `${pasted}\n` === expected
  return (
    <>
      <p>
        <strong>{isCutShort ? words.pasteWithoutEnd : words.firstDifference(difference.offset)}</strong>
      </p>
      <MessageComparison difference={difference} />
    </>
  )
}
