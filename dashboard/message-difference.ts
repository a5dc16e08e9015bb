/** Maximum number of changed lines of either message that are compared individually. */
const MOST_LINES = 12

/** Maximum number of differences in one line; the rest of the line counts as one. */
const MOST_DIFFERENCES = 20
/** How far apart the two lines may be before they match again, and how many characters must then be equal. */
const MOST_APART = 32
const ALIKE = 4

/** A part of a line that equals the other message or differs from it. A difference is empty if only the other message has text there. */
interface Piece {
  readonly text: string
  readonly differs: boolean
}

/** A line of a message, including its line feed. */
export type ComparedLine = readonly Piece[]

/** The changed lines of one message, from the first on. */
export interface ChangedLines {
  readonly lines: readonly ComparedLine[]
  /** Number of changed lines after those. */
  readonly more: number
}

/** Two messages, compared line by line. */
export interface MessageDifference {
  /** Number of equal lines before the changed ones, and after them. */
  readonly linesBefore: number
  readonly linesBehind: number
  readonly expected: ChangedLines
  readonly signed: ChangedLines
  /** Number of equal UTF-8 bytes before the first difference. */
  readonly offset: number
}

/** Compares two messages; `undefined` if they are equal. */
export function compareMessages(expected: string, signed: string): MessageDifference | undefined {
  if (expected === signed) return undefined
  const equal = equalAtStart(expected, signed)
  const start = equal === 0 ? 0 : expected.lastIndexOf('\n', equal - 1) + 1
  const behind = equalLinesAtEnd(expected, signed, start)
  const inExpected = expected.slice(start, expected.length - behind.length)
  const inSigned = signed.slice(start, signed.length - behind.length)
  return {
    linesBefore: countLines(expected.slice(0, start)),
    linesBehind: countLines(behind),
    expected: changedLines(inExpected, inSigned),
    signed: changedLines(inSigned, inExpected),
    offset: new TextEncoder().encode(expected.slice(0, equal)).length,
  }
}

/** The whole lines that two messages have in common at their end, after a place. */
function equalLinesAtEnd(a: string, b: string, start: number): string {
  const count = equalAtEnd(a, b, Math.min(a.length, b.length) - start)
  const end = a.slice(a.length - count)
  const isWhole = (message: string) =>
    message.length - count === start || message.charAt(message.length - count - 1) === '\n'
  if (isWhole(a) && isWhole(b)) return end
  const lineFeed = end.indexOf('\n')
  return lineFeed === -1 ? '' : end.slice(lineFeed + 1)
}

function changedLines(text: string, other: string): ChangedLines {
  const others = firstLines(other)
  const lines = firstLines(text).map((line, i) => compareLine(line, others[i]))
  return { lines, more: countLines(text) - lines.length }
}

/** The first {@link MOST_LINES} lines, each with its line feed. */
function firstLines(text: string): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < text.length && lines.length < MOST_LINES; ) {
    const lineFeed = text.indexOf('\n', at)
    const next = lineFeed === -1 ? text.length : lineFeed + 1
    lines.push(text.slice(at, next))
    at = next
  }
  return lines
}

function countLines(text: string): number {
  let count = text === '' || text.endsWith('\n') ? 0 : 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

function compareLine(line: string, other: string | undefined): ComparedLine {
  if (other === undefined) return [{ text: line, differs: true }]
  const pieces: Piece[] = []
  let [at, otherAt, differences] = [0, 0, 0]
  for (;;) {
    const equal = equalAtStart(line.slice(at), other.slice(otherAt))
    if (equal > 0) pieces.push({ text: line.slice(at, at + equal), differs: false })
    at += equal
    otherAt += equal
    if (at === line.length && otherAt === other.length) return pieces
    const alike = differences < MOST_DIFFERENCES ? nextAlike(line, at, other, otherAt) : undefined
    const [next, otherNext] = alike ?? equalEnds(line, at, other, otherAt)
    pieces.push({ text: line.slice(at, next), differs: true })
    at = next
    otherAt = otherNext
    differences += 1
  }
}

/** The nearest places from which two lines match again. */
function nextAlike(a: string, aAt: number, b: string, bAt: number): readonly [number, number] | undefined {
  for (let apart = 1; apart <= MOST_APART; apart++) {
    for (let skipped = 0; skipped <= apart; skipped++) {
      const [i, j] = [aAt + skipped, bAt + apart - skipped]
      if (isSecondHalf(a, i) || isSecondHalf(b, j)) continue
      const [x, y] = [a.slice(i, i + ALIKE), b.slice(j, j + ALIKE)]
      if (x !== '' && x === y && (x.length === ALIKE || i + x.length === a.length)) return [i, j]
    }
  }
  return undefined
}

/** Where the common end of two lines begins. */
function equalEnds(a: string, aAt: number, b: string, bAt: number): readonly [number, number] {
  const count = equalAtEnd(a, b, Math.min(a.length - aAt, b.length - bAt))
  return [a.length - count, b.length - count]
}

/** Length of the common start of two texts; does not split surrogate pairs. */
function equalAtStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length)
  let count = 0
  while (count < most && a.charCodeAt(count) === b.charCodeAt(count)) count += 1
  return isSecondHalf(a, count) || isSecondHalf(b, count) ? count - 1 : count
}

/** Length of the common end of two texts, up to a maximum; does not split surrogate pairs. */
function equalAtEnd(a: string, b: string, most: number): number {
  let count = 0
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count += 1
  return count > 0 && isSecondHalf(a, a.length - count) ? count - 1 : count
}

function isSecondHalf(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
