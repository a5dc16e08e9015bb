import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { REASONS } from '../../src/catalogue/reasons.ts'
import { findDifferences } from '../../tools/documents/differences.ts'
import { reasonFor } from '../../tools/documents/reasons.ts'
import { callPages } from '../../tools/generate-calls.ts'
import { contractPages } from '../../tools/generate-contract-tables.ts'
import { differencesFile, differencesPage } from '../../tools/generate-differences.ts'
import { fidelity, fidelityFile } from '../../tools/generate-fidelity.ts'
import { llms, llmsFile } from '../../tools/generate-llms.ts'
import { productFiles } from '../../tools/generate-products.ts'
import { PAGE, reliabilityPage } from '../../tools/reliability/results.ts'
import { simulated } from '../helpers/operations.ts'

test.for(productFiles)('src/products/$name has what the products bring: run `npm run docs` after a change', (one) => {
  expect(readFileSync(one.file, 'utf8')).toBe(one.made)
})

test('docs/fidelity.md is what the operations make: run `npm run docs` after a change', () => {
  expect(readFileSync(fidelityFile, 'utf8')).toBe(fidelity())
})

test.for(contractPages)(
  '$name lists the states, errors and rules that there are: run `npm run docs` after a change',
  ({ text, made }) => {
    expect(text).toBe(made())
  },
)

test.for(callPages)(
  '$name counts and lists the calls that there are: run `npm run docs` after a change',
  ({ text, made }) => {
    expect(text).toBe(made())
  },
)

test('docs/differences.md is what pages and operations make: run `npm run docs` after a change', async () => {
  expect(readFileSync(differencesFile, 'utf8')).toBe(await differencesPage())
})

test('llms.txt is what the skill for assistants makes: run `npm run docs` after a change', () => {
  expect(readFileSync(llmsFile, 'utf8')).toBe(llms())
})

test('every difference from a page has a reason, and every reason a difference', async () => {
  const found = await findDifferences()
  const reasons = new Set(found.map(reasonFor))

  expect(found.filter((one) => !reasonFor(one))).toEqual([])
  expect(REASONS.filter((reason) => !reasons.has(reason))).toEqual([])
  expect(REASONS.filter(({ why }) => why === '')).toEqual([])
})

test('docs/reliability.md is what the results that are kept make', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(reliabilityPage())
})

test('docs/reliability.md has results of folders that are still there: delete those of others in docs/reliability', () => {
  const folders = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (src\S*) \|/gm)].map(([, folder = '']) => folder)

  expect(folders).toContain('src/wire/protocol')
  expect(folders.filter((folder) => !existsSync(new URL(`../../${folder}`, import.meta.url)))).toEqual([])
})

test('every simulated operation says what it relies on, and where the official page is', () => {
  for (const { rules, source, errors, id } of simulated) {
    expect(rules.length, id).toBeGreaterThan(0)
    expect(source, id).toMatch(/^https:\/\/pay\.weixin\.qq\.com\//)
    for (const { when, code } of Object.values(errors)) {
      expect(when, id).not.toBe('')
      expect(code, id).toMatch(/^[A-Z_]+$/)
    }
  }
})
