import { plainText } from '../../../../../dashboard/plain-text.ts'

/** More is never shown of what came from outside. */
const LONGEST = 400

/** A text from outside, as it can stand beside others. */
export function shortText(text: string): string {
  return plainText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
}

/** A text of the mock's that stands by itself: its first letter is a capital. */
export function asSentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** A time, or a time of day behind its date. Browsers break lines at its hyphens. */
const TIME = /(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\+08:00)?)/

/** A text from outside with its times, each of which stays on one line. */
export function Sentence({ text }: { readonly text: string }) {
  // A split by a group has what the group matched in every second place.
  const parts = shortText(text).split(TIME)
  return (
    <>
      {parts.map((part, place) =>
        place % 2 === 1 ? (
          <span key={place} class="whole">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  )
}

/** Amounts that are longer are written smaller, so that they stay on one line. */
const LONG_AMOUNT = '99,999.00'.length

/** An amount as the user reads it. */
export function Amount({ fen }: { readonly fen: number }) {
  const digits = (fen / 100).toLocaleString('en', { minimumFractionDigits: 2 })
  return (
    <span class={digits.length > LONG_AMOUNT ? 'amount long' : 'amount'}>
      <span class="yuan">¥</span>
      {digits}
    </span>
  )
}
