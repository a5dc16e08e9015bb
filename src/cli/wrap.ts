import { columnsOf } from './output.ts'

/**
 * Blanks, or a unit that stays on one line: a word, or a Chinese character, with the punctuation that sticks to it on either side. A list such as
 * `on|off` may be broken after each bar.
 */
const PARTS = /\s+|[（《「『【“‘(]*(?:[\u2E80-\uFFEF]|[^\s|\u2E80-\uFFEF]+\|?|\|)[，。、；：！？）》」』】”’…)]*/gu

/** Breaks a text into lines of some columns, where a reader of English or Chinese would. A unit wider than that stays whole. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n')
}

function wrapLine(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  let blanks = ''
  for (const [part] of text.matchAll(PARTS)) {
    if (part.trim() === '') {
      blanks = part
      continue
    }
    if (line !== '' && columnsOf(line + blanks + part) > columns) {
      lines.push(line)
      line = part
    } else {
      line += blanks + part
    }
    blanks = ''
  }
  return [...lines, line].join('\n')
}
