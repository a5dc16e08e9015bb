import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/**
 * The scripts that npm runs where a package is installed, or asks about: `prepare` runs for git addresses only, but npm warns of it for tarballs too.
 * The checkout and git addresses are built by `dependencies`, a tarball by `prepack`.
 */
const AT_INSTALL = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']

const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  }),
)
const files: readonly string[] = packed.files.map(({ path }: { path: string }) => path)

interface Locked {
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

test('nothing is run where the package is installed', () => {
  const { scripts, gypfile } = JSON.parse(read('package.json'))
  expect(AT_INSTALL.filter((name) => name in scripts)).toEqual([])
  expect(gypfile).toBeUndefined()
})

test('no dependency that comes along runs anything either', () => {
  const packages: Readonly<Record<string, Locked>> = JSON.parse(read('package-lock.json')).packages
  const along = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev)
  expect(along.length).toBeGreaterThan(5)
  expect(along.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([])
})

test('the tarball has what users read, and neither pictures nor tests', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'README.md',
      'README.zh-CN.md',
      'CHANGELOG.md',
      'llms.txt',
      'skills/wechatpay-mock/SKILL.md',
      'skills/wechatpay-mock/references/signatures.md',
      'docs/sdks.md',
      'docs/sdks.zh-CN.md',
    ]),
  )
  expect(
    files.filter((path) => /\.png$|^(?:test|tools|src(?!\/catalogue\/[^/]*\.json$))\/|^\.github/.test(path)),
  ).toEqual([])
})

test('no program in Go becomes part of the module that the package is installed in', () => {
  const modules = files.filter((path) => posix.basename(path) === 'go.mod').map((path) => posix.dirname(path))
  const programs = files.filter((path) => path.endsWith('.go'))

  expect(programs.length).toBeGreaterThan(2)
  expect(programs.filter((path) => !modules.some((folder) => path.startsWith(`${folder}/`)))).toEqual([])
})
