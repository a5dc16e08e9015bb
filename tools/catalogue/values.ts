/** Finds the values that a description lists. Returns nothing in doubt, since a wrong list would make the mock refuse valid requests. */
import { unique } from './shape.ts'

/** `VALUE`, alone or before its meaning, at the beginning of a line. */
const ITEM = /^`?([A-Z][A-Z0-9_]+)(?:`\s*|\s*(?=$|[:：(（\-—–=])|\s+(?=[\u4e00-\u9fff]))/

/** Values that only a colon or quotes distinguish from words and numbers of the prose. */
const MARKED = /^(?:`([A-Za-z][\w-]*|\d+)`\s*(?:$|[:：])|([A-Z]|[a-z][a-z_]+)[:：])/

const INTRODUCTION = /可选取值(?:可能新增，[^<]*)?|枚举值(?:如下)?|可选值/

/** The list continues, or is only one of several ways to fill the member. */
const OPEN = /等[。）)]?\s*$|模式下，填入/

/** A value for another case, in the prose beside the list. */
const ONLY = /只能传\s*[“"`]\s*`?([A-Z][A-Z0-9_]+)/g

const FIXED = /固定(?:传入?|返回|填写?|值?为|值)?\s*[:：]?\s*`?([A-Z][A-Z0-9_]+)`?(?![A-Za-z])/

/** The values in the order in which they are listed. */
export function listedValues(description: string): string[] | undefined {
  const text = description
    .replace(/&nbsp;|\u00a0/g, ' ')
    .replace(/\\_/g, '_')
    .replace(/\*\*/g, '')
    .replace(/^【[^】]*】\s*/, '')
  if (OPEN.test(text)) return undefined
  const introduction = INTRODUCTION.exec(text)
  const found = text
    .slice(introduction?.index ?? 0)
    .replace(new RegExp(`(?:${INTRODUCTION.source})\\s*[:：]*\\s*`, 'g'), '\n')
    .split(/<\/?(?:br|ul|ol|li)\s*\/?>|\n/)
    // Some lists have lost their line ends.
    .flatMap((line) =>
      introduction && ITEM.test(line) ? line.split(/(?<=[\u4e00-\u9fff；，、。])(?=[A-Z][A-Z0-9_]+：)/) : line,
    )
    .map((line) => line.trim().replace(/^(?:[-•·]\s*|\d{1,2}[、.]\s*|[（(]\d{1,2}[）)]\s*|[①-⑳]\s*)/, ''))
    .flatMap((line) => (ITEM.exec(line) ?? (introduction && MARKED.exec(line)))?.slice(1).find(Boolean) ?? [])
  const others = [...text.matchAll(ONLY)].map(([, value = '']) => value)
  const values = unique([...found, ...others]).filter((value) => !/^(?:true|false|ture)$/.test(value))
  if (values.length >= 2 || (values.length === 1 && (introduction || /<li>\s*`[A-Z]/.test(text)))) return values
  const fixed = FIXED.exec(text)?.[1]
  return fixed === undefined ? undefined : [fixed]
}
