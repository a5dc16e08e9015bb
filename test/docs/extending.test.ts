import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const PRODUCT = 'test/products/loyalty/'
const files = readdirSync(new URL(PRODUCT, root))
const pages = ['docs/extending.md', 'docs/extending.zh-CN.md']

describe.for(pages)('%s', (page) => {
  test('names only files that exist', () => {
    const named = [...read(page).matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(5)
    for (const path of named) expect(() => readdirOrFile(path)).not.toThrow()
  })
})

test('the product imports nothing but the package and zod', () => {
  const sources = files.filter((file) => !file.endsWith('.test.ts')).map((file) => read(PRODUCT + file))
  const imported = sources.flatMap((code) => [...code.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from))
  expect(new Set(imported.filter((from) => !from.startsWith('./')))).toEqual(new Set(['wechatpay-mock', 'zod']))
})

function readdirOrFile(path: string): void {
  if (path.endsWith('/')) readdirSync(new URL(path, root))
  else read(path)
}
