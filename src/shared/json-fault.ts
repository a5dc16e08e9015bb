import type { Texts } from './texts.ts'

/**
 * What is wrong with a text that is no JSON, as part of a sentence. `JSON.parse` speaks English only, so in Chinese its place is given, counted from 1.
 *
 * @param said by `JSON.parse`, with the place in some cases
 */
export function jsonFault(said: string): Texts {
  const position = /at position (\d+)/.exec(said)?.[1]
  return { en: said, zh: position === undefined ? '内容不完整或有误' : `第 ${Number(position) + 1} 个字符处有误` }
}
