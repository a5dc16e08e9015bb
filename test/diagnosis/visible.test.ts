import { expect, test } from 'vitest'
import { visible } from '../../src/diagnosis/difference.ts'

test.for([
  ['plain "quoted" 券 😀', 'plain "quoted" 券 😀'],
  ['a\nb\r\t\u0000\u001b', 'a\\nb\\r\\t\\u0000\\u001b'],
  ['a\\b', 'a\\\\b'],
  ['~\u007f\u0080\u009f\u00a0', '~\\u007f\\u0080\\u009f\u00a0'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\u202e\u2066\u200f', '\\u202e\\u2066\\u200f'],
  ['', ''],
] as const)('%j is shown so that it can be seen', ([text, shown]) => {
  expect(visible(text)).toBe(shown)
})
