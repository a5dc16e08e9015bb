import { plainText } from '../../src/browser/texts.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { MessageComparison } from '../components/message-comparison.tsx'
import { compareMessages } from '../message-difference.ts'
import { linesToSign } from '../message-to-sign.ts'
import { texts } from '../state/appearance.ts'
import { PastedMessage } from './pasted-message.tsx'

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
