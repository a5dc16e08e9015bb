import type { Texts } from './texts.ts'

/** @param said by `JSON.parse`, in English, with the place in some cases */
export function jsonFault(said: string): Texts {
  const position = /at position (\d+)/.exec(said)?.[1]
  return { en: said, zh: position === undefined ? '内容不完整或有误' : `第 ${Number(position) + 1} 个字符处有误` }
}
