import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))

test('changes of a file without tests are unnoticed, and those of others are tried, outside npm too', () => {
  const { stdout, stderr } = runMutation('src')

  expect(stderr).toBe('')
  expect(stdout).toContain('src/alone/sum.ts: 0 of 2 changes noticed, 0.0 %: there is no test/alone/**/*.test.ts\n')
  expect(stdout).toContain('src/tested/sum.ts: 2 of 2 changes noticed, 100.0 %\n')
  expect(stdout).toContain('All 2 files: 2 of 4 changes noticed, 50.0 %')
})

test('a share is counted by room', () => {
  const { stdout, stderr } = runMutation('--share', '1', '--seed', '2026-12-03')

  expect(stderr).toBe('')
  expect(stdout).toContain('src/alone: 0 of 2 changes noticed, 0.0 %\nsrc/tested: 2 of 2 changes noticed, 100.0 %\n')
  expect(stdout).toContain('A share of 1, seed 2026-12-03: 2 of 4 changes noticed, 50.0 %\n')
})

/** Runs the command in a checkout with two files: one has a test. */
function runMutation(...args: readonly string[]) {
  const cwd = folderWith({
    'src/alone/sum.ts': 'export const sum = (a: number, b: number) => a + b\n',
    'src/tested/sum.ts': 'export const sum = (a: number, b: number) => a + b\n',
    'test/tested/sum.test.ts': `import { expect, test } from 'vitest'
import { sum } from '../../src/tested/sum.ts'

test('sum', () => expect(sum(1, 2)).toBe(3))
`,
  })
  for (const path of ['package.json', 'package-lock.json', 'vitest.config.ts', 'test/helpers', 'tools/reliability'])
    cpSync(join(root, path), join(cwd, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'), 'junction')
  const env = { TMPDIR: tmpdir() }
  return spawnSync(process.execPath, ['tools/reliability/run-mutation.ts', ...args], { cwd, env, encoding: 'utf8' })
}

/** A folder with files, by path and text. It is removed after the test. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-mutation-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
