import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fidelity, fidelityFile } from '../../scripts/generate-fidelity.ts'
import { operations } from '../../src/operations/index.ts'

test('docs/fidelity.md is what the operations make: run `npm run docs` after a change', () => {
  expect(readFileSync(fidelityFile, 'utf8')).toBe(fidelity())
})

test('every file of an operation is in the list, and every operation has a file named after it', () => {
  const folders = ['busifavor', 'certificates']
  const files = folders.flatMap((folder) => readdirSync(new URL(`../../src/operations/${folder}`, import.meta.url)))
  const named = operations.map(({ id }) => `${id.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`)
  const shared = [
    'coupon-send-event.ts',
    'errors.ts',
    'find-coupon.ts',
    'find-stock.ts',
    'find-user.ts',
    'hand-out.ts',
    'send-by-api.ts',
    'send-errors.ts',
    'answer-schemas.ts',
    'stock-fields.ts',
    'code-information.ts',
  ]
  expect(files.filter((file) => !shared.includes(file)).sort()).toEqual(named.sort())
})

test('every operation says what it relies on, and where the official page is', () => {
  for (const { rules, source, errors, id } of operations) {
    expect(rules.length, id).toBeGreaterThan(0)
    expect(source, id).toMatch(/^https:\/\/pay\.weixin\.qq\.com\//)
    for (const { when, code } of Object.values(errors)) {
      expect(when, id).not.toBe('')
      expect(code, id).toMatch(/^[A-Z_]+$/)
    }
  }
})
