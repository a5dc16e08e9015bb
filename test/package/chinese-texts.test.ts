import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Half-width punctuation that belongs to the Chinese. What stands apart from it by a space may be a part of a name, as in `rediss: 开头`. */
const HALF_WIDTH = /\p{Script=Han}[,.:;!?()]|[,:;!?()]\p{Script=Han}|[\d…][,:;!?] \p{Script=Han}/u

/** Texts that only put others together. */
const FRAME = /^[…：。 ]*$/

interface ChineseText {
  readonly place: string
  readonly text: string
}

/**
 * Begins of Chinese texts: behind `zh:`, or as an argument behind the English one. A text behind a kind of evidence is the service's own.
 */
const BEGIN =
  /(?:\bzh:\s*|(?<!'(?:documented|observed|reported|sibling|inferred)|\d{3}, '[A-Z_]+)['`],\s*)(['`])(?=[^'`]*\p{Script=Han})/gu

/** The Chinese texts of a file, without what is filled in. */
function chineseTextsIn(file: string): ChineseText[] {
  const source = readFileSync(root + file, 'utf8')
  return [...source.matchAll(BEGIN)].flatMap(({ index, 0: start, 1: quote = '' }) => {
    const line = source.slice(0, index).split('\n').length
    const text = literal(source.slice(index + start.length), quote)
    return start.startsWith('zh') || isMostlyChinese(text) ? [{ place: `${file}:${line}`, text }] : []
  })
}

/** An argument in English may name something in Chinese. */
function isMostlyChinese(text: string): boolean {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0
  return han > (text.match(/[a-z]/gi)?.length ?? 0)
}

/** A literal up to its closing quote; what stands in `${}` becomes a placeholder. */
function literal(source: string, quote: string): string {
  let text = ''
  for (let i = 0; i < source.length && source[i] !== quote; i++) {
    if (source[i] === '\\') i++
    if (quote === '`' && source.startsWith('${', i)) {
      let depth = 1
      for (i += 2; depth > 0; i++) depth += source[i] === '{' ? 1 : source[i] === '}' ? -1 : 0
      i--
      text += '…'
    } else text += source[i]
  }
  return text
}

const files = globSync('{src,mocks,contracts/kit,fixtures}/**/*.ts', { cwd: root })
const texts = files.flatMap(chineseTextsIn)

test('the Chinese texts are found', () => {
  expect(texts.length).toBeGreaterThan(180)
  expect(texts.map(({ text }) => text)).toContain('订单 … 已关闭，请另下一单。')
})

test('a text in Chinese has Chinese characters in it', () => {
  expect(texts.filter(({ text }) => !/\p{Script=Han}/u.test(text) && !FRAME.test(text))).toEqual([])
})

test('and full-width punctuation', () => {
  expect(HALF_WIDTH.test('批次 100088: 未发券')).toBe(true)
  expect(HALF_WIDTH.test('请使用 "P31D"、"PT5M" (时长)')).toBe(true)
  expect(HALF_WIDTH.test('没有选项 …, 是否想写 …')).toBe(true)
  expect(HALF_WIDTH.test('没有这个选项, 是否想写 …?')).toBe(true)
  expect(HALF_WIDTH.test('请发送 Authorization: Bearer，见 order.state。')).toBe(false)
  expect(texts.filter(({ text }) => HALF_WIDTH.test(text))).toEqual([])
})
