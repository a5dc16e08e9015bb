import { describe, expect, test } from 'vitest'
import { preferredLanguage } from '../../../src/wire/shared/texts.ts'

describe('the language of an answer', () => {
  test.for([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en', 'en'],
    ['en-GB, zh;q=0.5', 'en'],
    ['zh;q=0.5,en-US', 'en'],
    ['zh-Hant-HK', 'zh'],
    ['ZH', 'zh'],
    ['fr, zh;q=0.3', 'zh'],
    ['zh,en', 'zh'],
    ['en,zh', 'en'],
    ['en;q=0.2,*', 'zh'],
    ['en;q=0', 'en'],
    ['en;q=0,*;q=0.1', 'zh'],
    ['zh;q=0.1, zh-CN;q=0.7, en;q=0.5', 'zh'],
    ['en ; q=0.4 , zh ; q=0.6', 'zh'],
  ] as const)('%s is %s', ([header, expected]) => {
    expect(preferredLanguage(header, 'en')).toBe(expected)
  })

  test.for([
    [undefined],
    [null],
    [''],
    ['*'],
    ['fr'],
    ['fr;q=1, de'],
    ['zhx'],
    ['zh;q=2'],
    ['en;q=0.1234'],
    ['zh;level=1'],
    [';q=1'],
    [',,,'],
    ['中文'],
  ] as const)('%s prefers neither, so it is the language of the mock', ([header]) => {
    expect(preferredLanguage(header, 'en')).toBe('en')
    expect(preferredLanguage(header, 'zh')).toBe('zh')
  })

  test('one malformed range does not spoil the others', () => {
    expect(preferredLanguage('en;q=nonsense, zh;q=0.4', 'en')).toBe('zh')
  })

  test('a header of a megabyte takes no longer than a short one, whatever is in it', () => {
    const long = ['zh-'.repeat(350_000), 'fr,'.repeat(350_000), ' '.repeat(1_000_000), `${'a1-'.repeat(350_000)};q=`]
    const start = process.cpuUsage()
    for (const header of long) expect(preferredLanguage(header, 'en')).toBe('en')
    const { user } = process.cpuUsage(start)
    expect(user).toBeLessThan(500_000)
  })

  test('only its first ranges count', () => {
    expect(preferredLanguage(`${'fr,'.repeat(31)}zh`, 'en')).toBe('zh')
    expect(preferredLanguage(`${'fr,'.repeat(32)}zh`, 'en')).toBe('en')
  })
})
