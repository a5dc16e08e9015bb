import { LINES } from './lines.ts'
import { visible } from './visible.ts'

/** The first place where two messages differ. */
export interface Difference {
  /** Number of equal bytes before it. */
  readonly offset: number
  /** Its line in the expected message, counted from 1. */
  readonly line: number
  /** The part in that line; `end` for the final line feed and anything behind it. */
  readonly part: (typeof LINES)[number] | 'end'
  /** The two messages around that place, with control characters escaped as in JSON. */
  readonly expected: string
  readonly signed: string
}

/** Number of bytes shown before the place. */
export const BEFORE_DIFFERENCE = 24
/** Number of bytes shown behind the place. */
const BEHIND = 40

/** The first difference between two messages, or undefined if they are equal. */
export function firstDifference(expected: Buffer, signed: Buffer): Difference | undefined {
  let offset = 0
  while (offset < expected.length && expected[offset] === signed[offset]) offset += 1
  if (offset === expected.length && offset === signed.length) return undefined
  const { line, part } = lineAt(expected, offset)
  return { offset, line, part, expected: shown(expected, offset), signed: shown(signed, offset) }
}

function lineAt(message: Buffer, offset: number): Pick<Difference, 'line' | 'part'> {
  let line = 1
  for (let at = 0; at < offset; at += 1) if (message[at] === 0x0a) line += 1
  // Line feeds in the body add lines after the fifth.
  const inLines = offset < message.length - 1
  const part = inLines ? (LINES[Math.min(line, LINES.length) - 1] ?? 'end') : 'end'
  return { line, part }
}

function shown(message: Buffer, offset: number): string {
  const start = characterStart(message, Math.max(0, offset - BEFORE_DIFFERENCE))
  const end = characterStart(message, Math.min(message.length, offset + BEHIND))
  return visible(message.toString('utf8', start, end))
}

/** The place, or the start of the UTF-8 character that contains it. */
function characterStart(message: Buffer, at: number): number {
  let start = at
  // A place outside the message is not inside a character.
  while (start > at - 3 && ((message[start] ?? 0) & 0xc0) === 0x80) start -= 1
  return start
}
