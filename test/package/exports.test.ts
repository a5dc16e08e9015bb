import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { simulated } from '../helpers/operations.ts'

const root = new URL('../../', import.meta.url)
const read = (url: URL) => readFileSync(url, 'utf8')

/** Each entry of the package with code, and the source it is built from. */
const entries = Object.entries(JSON.parse(read(new URL('package.json', root))).exports as Record<string, unknown>)
  .filter((entry): entry is [string, { default: string }] => typeof entry[1] === 'object')
  .map(([entry, target]): [name: string, source: URL] => [
    entry.replace('.', 'wechatpay-mock'),
    new URL(target.default.replace('./dist/', '').replace(/\.js$/, '.ts'), root),
  ])

/** Names that a file exports, including types, as they are written there; follows `export *`. */
function exportedBy(file: URL): string[] {
  const code = read(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const listed = [...code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) =>
        name
          .trim()
          .replace(/^type /, '')
          .replace(/^.* as /, ''),
      )
      .filter((name) => name !== ''),
  )
  const declared = [
    ...code.matchAll(/^export (?:declare )?(?:async )?(?:abstract )?(?:const|function|class|interface|type) (\w+)/gm),
  ].map(([, name = '']) => name)
  const destructured = [...code.matchAll(/^export const \{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/^.*:/, '').trim()),
  )
  const followed = [...code.matchAll(/^export (?:type )?\* from '([^']+)'/gm)].flatMap(([, path = '']) =>
    exportedBy(new URL(path, file)),
  )
  return [...listed, ...declared, ...destructured, ...followed]
}

/** Names in lines of at most so many characters, behind the entry that exports them. */
function inLines(entry: string, names: readonly string[]): string[] {
  const lines: string[] = []
  for (const name of names) {
    const line = lines.at(-1)
    if (line === undefined || line.length + name.length > 110) lines.push(`${entry} ${name}`)
    else lines[lines.length - 1] = `${line}, ${name}`
  }
  return lines
}

/** Listed in test/products/registry.txt. */
const operations = new Set(simulated.map(({ id }) => id))

// Every export is a promise to users, so changing one is a decision: run this with `--update`, review the differences, and list removals in
// CHANGELOG.md.
test('the names that each entry exports, besides operations, are those in exports.txt', async () => {
  const lines: string[] = []
  for (const [entry, source] of entries) {
    const values = new Set(Object.keys(await import(source.href)))
    const written = [...new Set(exportedBy(source))].sort()
    const missed = [...values].filter((name) => !written.includes(name))
    expect(missed, `exported by ${entry}, but not found in its source`).toEqual([])
    const [own, types] = [true, false].map((isValue) =>
      written.filter((name) => values.has(name) === isValue && !operations.has(name)),
    )
    lines.push(...inLines(`${entry}:`, own ?? []), ...inLines(`${entry} types:`, types ?? []))
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('exports.txt')
})
