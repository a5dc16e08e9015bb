import type { ExchangeJson } from '../../src/products/json.ts'
import { plainText, splitAtByte } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'

type Remark = ExchangeJson['remarks'][number]

/** Why a request was not let in: the causes, what to change, and the two messages with the first byte in which they part. */
export function Diagnosis({ remark }: { readonly remark: Remark }) {
  const words = texts.value.diagnosis
  const { verdict, causes = [], expected_message, signed_message, difference } = remark
  return (
    <section class="diagnosis" aria-labelledby="diagnosis-title">
      <h4 id="diagnosis-title">{words.title}</h4>
      {verdict && <p>{words.verdicts[verdict]}</p>}
      {causes.length === 0 && !verdict && <p class="wrap">{plainText(remark.text)}</p>}
      <ul class="causes">
        {causes.map(({ name, explanation, fix }) => (
          <li key={name}>
            <p class="wrap">{plainText(explanation)}</p>
            <p class="fix">
              <strong>{words.fix}</strong> {plainText(fix)}
            </p>
            <code class="quiet">{name}</code>
          </li>
        ))}
      </ul>
      {difference && <p>{words.difference(difference.offset, difference.line, words.parts[difference.part])}</p>}
      {expected_message !== undefined && (
        <div class="messages">
          <MarkedMessage title={words.expected} message={expected_message} offset={difference?.offset} />
          {signed_message !== undefined && (
            <MarkedMessage title={words.signed} message={signed_message} offset={difference?.offset} />
          )}
        </div>
      )}
    </section>
  )
}

function MarkedMessage({
  title,
  message,
  offset,
}: {
  readonly title: string
  readonly message: string
  readonly offset: number | undefined
}) {
  const [before, at, behind] = offset === undefined ? [message, '', ''] : splitAtByte(message, offset)
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre>
        <WithFeeds text={before} />
        {offset !== undefined && (
          <mark title={texts.value.diagnosis.here}>
            {at === '' ? '␃' : at === '\n' ? '↵\n' : at === '\r' ? '␍' : plainText(at)}
          </mark>
        )}
        <WithFeeds text={behind} />
      </pre>
    </figure>
  )
}

/** A text with visible line feeds. */
function WithFeeds({ text }: { readonly text: string }) {
  const lines = text.split('\n')
  return (
    <>
      {lines.map((line, i) => (
        // Lines never change places.
        <span key={String(i)}>
          {plainText(line)}
          {i < lines.length - 1 && <span class="feed">↵{'\n'}</span>}
        </span>
      ))}
    </>
  )
}
