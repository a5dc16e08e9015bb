import { useState } from 'preact/hooks'
import { MessageComparison } from '../components/message-comparison.tsx'
import { compareMessages } from '../message-difference.ts'
import { texts } from '../state/appearance.ts'

/** Maximum length of a message to compare, in characters. */
const MOST_CHARACTERS = 1_048_576
/** How much of it the field shows: browsers take seconds to lay out a million characters. */
const SHOWN_CHARACTERS = 4_000

/** Compares the message that a client says it has signed with the one that it should have signed. Nothing leaves the page. */
export function PastedMessage({ expected }: { readonly expected: string }) {
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
