import { globSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RULES, roomOf, tallyIn, testsOf } from '../../../tools/reliability/mutants.ts'
import { isInShare } from '../../../tools/reliability/share.ts'

const cwd = fileURLToPath(new URL('../../../', import.meta.url))

test('each file whose changes have to be noticed has tests', () => {
  const files = globSync(RULES, { cwd })

  expect(files).toContain(join('src/products/profit-sharing/sharing-rules.ts'))
  expect(files.filter((file) => globSync(testsOf(file), { cwd }).length === 0)).toEqual([])
})

test('a room is a product, or another folder of src', () => {
  expect(roomOf('src/products/transfer/transfer-rules.ts')).toBe('src/products/transfer')
  expect(roomOf('src/products/index.ts')).toBe('src/products')
  expect(roomOf('src/engine/outbox/outbox.ts')).toBe('src/engine')
  expect(roomOf('src/mock.ts')).toBe('src')
})

test('a change that no test reaches is unnoticed; one that was not tried is not counted', () => {
  const statuses = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'CompileError', 'Ignored'] as const

  expect(tallyIn(statuses.map((status) => ({ status })))).toEqual({ noticed: 2, unnoticed: 2, equivalent: 1 })
})

test('a share has the same changes after their file has moved, and lines were added before them', () => {
  vi.stubEnv('MUTATION_SHARE', '0.5')
  onTestFinished(() => void vi.unstubAllEnvs())
  const numbers = Array.from({ length: 100 }, (_, number) => `const most = ${number}`)
  const shareOf = (file: string, lines: readonly string[], column: number) =>
    lines
      .map((text, line) => ({ start: { line, column }, end: { line, column: text.length } }))
      .map((place) => isInShare(file, lines, place))
      .slice(-numbers.length)

  const share = shareOf('/a/src/wire/protocol/rules.ts', numbers, 13)
  expect(new Set(share)).toEqual(new Set([true, false]))
  const inside = ['{', ...numbers.map((text) => `  ${text}`)]
  expect(shareOf('/b/src/wire/rules.ts', inside, 15)).toEqual(share)
  expect(shareOf('/a/src/wire/protocol/rules.ts', numbers, 6)).not.toEqual(share)
})
