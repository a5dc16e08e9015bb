import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const OWN = new Set(['.git', 'node_modules', 'dist', 'build', 'coverage', 'reports'])

test('a product that was just begun compiles, passes the linter and its tests, and cannot be begun again', () => {
  const folder = aCopy()
  const scaffold = () => run(folder, 'node', 'tools/scaffold/run.ts', 'payscore')

  expect(scaffold()).toEqual({ status: 0, output: expect.stringContaining('wrote src/products/payscore/index.ts') })
  expect(readFileSync(join(folder, 'src/products/index.ts'), 'utf8')).toContain('  payscore,\n  catalogue,\n]')

  expect(run(folder, 'npm', 'run', '--silent', 'typecheck')).toEqual({ status: 0, output: '' })
  expect(
    run(folder, 'npm', 'exec', '--', 'biome', 'check', '--error-on-warnings', 'src/products', 'test'),
  ).toMatchObject({ status: 0 })
  const tests = ['test/products/payscore', 'test/products/registry.test.ts', 'test/operations/errors.test.ts']
  expect(run(folder, 'npm', 'exec', '--', 'vitest', 'run', '--project=mock', ...tests, '--update')).toMatchObject({
    status: 0,
  })

  expect(scaffold()).toEqual({ status: 2, output: expect.stringContaining('payscore has calls with rules already') })
})

/** A copy of this checkout, without what commands make in it; removed after the test. */
function aCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-scaffold-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of readdirSync(root).filter((one) => !OWN.has(one)))
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  return folder
}

function run(cwd: string, command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}
