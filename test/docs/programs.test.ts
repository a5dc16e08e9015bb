import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pages, read, root } from './markdown.ts'
import { programs, runnerOf } from './programs.ts'

/** Languages of blocks that are not programs: commands, which have a test of their own, data, output and pictures. */
const NO_PROGRAMS = new Set(['', 'sh', 'powershell', 'json', 'text', 'yaml', 'ini', 'http', 'mermaid'])

const blocks = pages.flatMap(({ path, blocks }) =>
  blocks
    .filter(({ example = '' }) => runnerOf(path) === undefined || example in programs)
    .map((block) => ({ ...block, place: `${path}:${block.line}` })),
)

test('every program has a name, by which the test that runs it is found', () => {
  const nameless = blocks.filter(({ example, language }) => example === undefined && !NO_PROGRAMS.has(language))
  expect(nameless.map(({ place }) => place)).toEqual([])
})

test('every comment that names a program stands right above it', () => {
  for (const { path, text, blocks } of pages) {
    const named = blocks.filter(({ example }) => example !== undefined)
    expect(named.length, path).toBe(text.match(/^ *<!-- example: /gm)?.length ?? 0)
  }
})

test('every program that a test runs is shown', () => {
  const shown = new Set(blocks.map(({ example }) => example))
  expect(Object.keys(programs).filter((name) => !shown.has(name))).toEqual([])
})

test('the programs of a page with a runner of its own are taken out of that page', () => {
  for (const { path } of pages) {
    const runner = runnerOf(path)
    if (runner && 'test' in runner && !path.includes('.zh-CN')) expect(read(runner.test), path).toContain(path)
  }
})

const named = blocks.flatMap(({ example, code, place }) => (example === undefined ? [] : [{ example, code, place }]))

test.for(named)('$place shows $example as it is run', ({ example, code }) => {
  const { file } = programs[example] ?? {}
  expect(programs, 'test/docs/programs.ts says which test runs it').toHaveProperty(example)
  if (file !== undefined) expect(code).toBe(read(file))
})

describe.for(Object.entries(programs))('%s', ([name, { file, test: path }]) => {
  test('is run by a test, which names it or stands beside it', () => {
    expect(existsSync(join(root, path))).toBe(true)
    const beside = file !== undefined && dirname(file) === dirname(path)
    const source = read(path)
    // A tool chain builds a whole folder; the test names its parent.
    const folder = ['examples/contracts/', 'examples/receivers/'].find((folder) => file?.startsWith(folder))
    const mentions = [file, folder, `'${name}'`, `'${name.replace(/-hook$/, '')}'`].some(
      (word) => word && source.includes(word),
    )
    expect(beside || mentions).toBe(true)
  })
})

test.for(['docs/extending.md', 'docs/extending.zh-CN.md'])('%s names only files that exist', (path) => {
  const named = [...read(path).matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file)

  expect(named.length).toBeGreaterThan(5)
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

test('the product of docs/extending.md imports nothing but the package and zod', () => {
  const folder = 'test/products/loyalty/'
  const files = readdirSync(join(root, folder)).filter((file) => !file.endsWith('.test.ts'))
  const imported = files.flatMap((file) =>
    [...read(folder + file).matchAll(/from '([^']+)'/g)].map(([, from = '']) => from),
  )

  expect(new Set(imported.filter((from) => !from.startsWith('./')))).toEqual(new Set(['wechatpay-mock', 'zod']))
})
