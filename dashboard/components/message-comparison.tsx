import { plainText } from '../../src/wire/shared/texts.ts'
import type { ChangedLines, ComparedLine, MessageDifference } from '../message-difference.ts'
import { texts } from '../state/appearance.ts'

/** Maximum number of characters shown on either side of a difference, and of the difference itself. */
const SHOWN_CHARACTERS = 120

/** Differences between two messages: the changed lines with the differing part marked, all others folded. */
export function MessageComparison({
  difference,
  titles: [one, other] = [texts.value.diagnosis.expected, texts.value.diagnosis.signed],
}: {
  readonly difference: MessageDifference
  /** Default: those of the message that a call should have signed and the one that it did. */
  readonly titles?: readonly [string, string]
}) {
  const { linesBefore, linesBehind, expected, signed } = difference
  return (
    <div class="comparison">
      <Folded count={linesBefore} />
      <Changed title={one} kind="expected" of={expected} />
      <Changed title={other} kind="signed" of={signed} />
      <Folded count={linesBehind} />
    </div>
  )
}

function Folded({ count }: { readonly count: number }) {
  return count > 0 ? <p class="folded quiet">{texts.value.diagnosis.equalLines(count)}</p> : null
}

function Changed({
  title,
  kind,
  of: { lines, more },
}: {
  readonly title: string
  readonly kind: 'expected' | 'signed'
  readonly of: ChangedLines
}) {
  const words = texts.value.diagnosis
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <pre class={kind}>
        {lines.length === 0 && <span class="quiet">{words.nothing}</span>}
        {lines.map((line, i) => (
          // Lines never change places, so the index can be the key.
          <Line key={String(i)} pieces={line} />
        ))}
        {more > 0 && <span class="quiet">{words.moreLines(more)}</span>}
      </pre>
    </figure>
  )
}

function Line({ pieces }: { readonly pieces: ComparedLine }) {
  return (
    <span>
      {pieces.map(({ text, differs }, i) =>
        differs ? (
          // Pieces never change places.
          <mark key={String(i)} class={text === '' ? 'missing' : ''} title={texts.value.diagnosis.here}>
            <Visible text={text.slice(0, SHOWN_CHARACTERS)} />
            {text.length > SHOWN_CHARACTERS && ' …'}
          </mark>
        ) : (
          <Equal key={String(i)} text={text} isFirst={i === 0} isLast={i === pieces.length - 1} />
        ),
      )}
    </span>
  )
}

/** Equal text, as far as it is shown beside a difference. */
function Equal({
  text,
  isFirst,
  isLast,
}: {
  readonly text: string
  readonly isFirst: boolean
  readonly isLast: boolean
}) {
  if (text.length <= 2 * SHOWN_CHARACTERS) return <Visible text={text} />
  return (
    <>
      {!isFirst && <Visible text={text.slice(0, SHOWN_CHARACTERS)} />}
      <span class="quiet"> … </span>
      {isLast ? '\n' : <Visible text={text.slice(-SHOWN_CHARACTERS)} />}
    </>
  )
}

/** A text with visible line ends. */
function Visible({ text }: { readonly text: string }) {
  const parts = text.split(/([\r\n])/)
  return parts.map((part, i) =>
    i % 2 === 0 ? (
      plainText(part)
    ) : (
      // Line ends never change places.
      <span key={String(i)} class="feed">
        {part === '\r' ? '␍' : '↵\n'}
      </span>
    ),
  )
}
