import { existsSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isChinese, type Page, page, pages, root, translated } from './markdown.ts'

/** Pages that others read too: what is only for those who work on the mock, or is written by a run, is English. */
const ENGLISH_ONLY = [
  /^(?:AGENTS|CHANGELOG|CONTRIBUTING)\.md$/,
  /^contracts\/kit\/README\.md$/,
  /^llms\.txt$/,
  /^skills\//,
  /^docs\/(?:architecture|differences|fidelity|reliability|sdk-matrix|speed|terms)\.md$/,
  /^docs\/decisions\//,
  /^\.github\//,
]

const outside = (link: string) => /^(?:https?|mailto):/.test(link)

/** Why a link leads nowhere; nothing if it leads somewhere. */
function fault({ path, headings }: Page, link: string): string | undefined {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? path : normalize(join(dirname(path), decodeURI(file)))
  if (!existsSync(join(root, target))) return `${link}: there is no ${target}`
  if (anchor === undefined) return undefined
  const page = file === '' ? { headings } : pages.find((one) => one.path === target)
  if (!page) return `${link}: ${target} has no headings`
  const anchors = page.headings.map((heading) => heading.anchor)
  return anchors.includes(decodeURI(anchor)) ? undefined : `${link}: no such heading, but ${anchors.join(', ')}`
}

test.for(pages.map((page) => [page.path, page] as const))('every link of %s leads somewhere', ([, page]) => {
  const faults = page.links.filter((link) => !outside(link)).map((link) => fault(page, link))
  expect(faults.filter((one) => one !== undefined)).toEqual([])
})

test('a link or an anchor that leads nowhere is noticed', () => {
  const readme = page('README.md')
  for (const link of [
    'docs/nowhere.md',
    '#nowhere',
    'docs/calls.md#nowhere',
    'LICENSE#nowhere',
    'docs/decisions/9999-no.md',
  ])
    expect(fault(readme, link)).toContain(link)
  for (const link of ['docs/calls.md', '#try-it', 'docs/calls.md#rates', 'LICENSE', 'docs/decisions'])
    expect(fault(readme, link)).toBeUndefined()
})

test('links are found, in both languages', () => {
  for (const path of ['README.md', 'README.zh-CN.md', 'docs/README.md', 'docs/README.zh-CN.md']) {
    expect(pages.find((one) => one.path === path)?.links.length).toBeGreaterThan(25)
  }
})

test('there are at most 24 pages besides what is only looked up', () => {
  const [, reference = ''] = page('docs/README.md').text.split('\n| reference | |\n')
  const lookedUp = (name: string) => name.startsWith('decisions/') || reference.includes(`](${name})`)
  const names = pages
    .filter((page) => page.path.startsWith('docs/') && !isChinese(page))
    .map(({ path }) => path.slice('docs/'.length))
  expect(lookedUp('fidelity.md')).toBe(true)
  expect(names.filter((name) => name !== 'README.md' && !lookedUp(name)).length).toBeLessThanOrEqual(24)
})

test('the list of all pages names each of them', () => {
  const listed = new Set(page('docs/README.md').links.map((link) => link.split('#')[0]))
  const names = pages
    .filter((page) => page.path.startsWith('docs/') && !isChinese(page))
    .map(({ path }) => path.slice('docs/'.length))
  expect(names.filter((name) => !/^(?:README|decisions\/)/.test(name) && !listed.has(name))).toEqual([])
})

test('a page that users read is there in both languages', () => {
  const chinese = new Set(translated.map(({ english }) => english))
  const alone = pages.filter((page) => !isChinese(page) && !chinese.has(page)).map(({ path }) => path)
  expect(alone.filter((path) => !ENGLISH_ONLY.some((pattern) => pattern.test(path)))).toEqual([])
})

describe.for(translated.map((pair) => [pair.english.path, pair] as const))('%s in both languages', ([, pair]) => {
  const { english, chinese } = pair

  test('leads to the other', () => {
    const target = (of: Page, to: Page) => [of.path, of.links.includes(to.path.split('/').at(-1) ?? '')]
    expect([target(english, chinese), target(chinese, english)]).toEqual([
      [english.path, true],
      [chinese.path, true],
    ])
  })

  test('has the same headings, lists and tables', () => {
    const shape = ({ headings, text }: Page) => ({
      headings: headings.map(({ level }) => level),
      points: text.match(/^ *- /gm)?.length,
      rows: text.match(/^\|/gm)?.length,
    })
    expect(shape(chinese)).toEqual(shape(english))
  })

  test('has the same code, apart from comments, and output of as many lines', () => {
    const code = ({ blocks }: Page) =>
      blocks.map(({ example, language, code }) => {
        if (example !== undefined) return [example, code]
        // Commands answer in the reader's language.
        if (language === 'text') return [language, code.split('\n').length]
        return [language, code.replaceAll(/(?<=^|\s)# .*$/gm, '#')]
      })
    expect(code(chinese)).toEqual(code(english))
  })

  test('leads to the other language right under its title', () => {
    const under = (page: Page) => page.text.split('\n').find((line, i) => i > 0 && line !== '')
    expect(under(english)).toBe(`[简体中文](${basename(chinese.path)})`)
    expect(under(chinese)).toBe(`[English](${basename(english.path)})`)
  })

  test('leads to the pages of its own language where there are such', () => {
    const other = (page: Page) => (page === english ? chinese : english)
    for (const page of [english, chinese]) {
      const local = page.links.filter((link) => !outside(link) && !link.startsWith('#'))
      const targets = local.map((link) => normalize(join(dirname(page.path), link.split('#')[0] ?? '')))
      const translatedOther = (target: string) =>
        translated.some((one) => (page === english ? one.chinese : one.english).path === target)
      expect(targets.filter((target) => translatedOther(target) && target !== other(page).path)).toEqual([])
    }
  })
})
