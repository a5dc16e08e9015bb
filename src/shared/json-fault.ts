import type { Texts } from './texts.ts'

/**
 * Why a text is not JSON, as part of a sentence. `JSON.parse` speaks English only, so the Chinese text gives the position, counted from 1.
 *
 * @param said message of `JSON.parse`, which includes the position in some cases
 */
export function jsonFault(said: string): Texts {
  const position = /at position (\d+)/.exec(said)?.[1]
  return { en: said, zh: position === undefined ? '内容不完整或有误' : `第 ${Number(position) + 1} 个字符处有误` }
}
