import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Measures how the code is cut up: `node tools/measure-structure.ts [--field NAME] [DIRECTORY …]`, for one or several checkouts, side by side. Give a field as
 * the wire has it: its name in camelCase is counted too. The lines of a product are those of its folder, its pages included, and its calls are those that it
 * answers; what all products share counts in the average.
 */

interface Module {
  readonly text: string
  readonly lines: number
  /** The modules it imports, each with the names it takes. */
  readonly imports: ReadonlyMap<string, readonly string[]>
}

const IMPORT = /^(?:import|export)\s(?:type\s)?([^'"]*?)\sfrom\s'(\.[^']+)'/gm

function modulesIn(root: string, room: string): Map<string, Module> {
  const files = readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  )
  return new Map(
    files.map((file) => {
      const path = join(room, file)
      const text = readFileSync(join(root, path), 'utf8')
      const imports = new Map<string, string[]>()
      for (const [, names = '', from = ''] of text.matchAll(IMPORT)) {
        const target = relative(root, resolve(root, dirname(path), from))
        const taken = [...names.matchAll(/(?:type\s+)?(\w+)(?:\s+as\s+\w+)?\s*[,}]/g)].map(([, name = '']) => name)
        imports.set(target, [...(imports.get(target) ?? []), ...taken])
      }
      return [path, { text, lines: text.split('\n').length - 1, imports }] as const
    }),
  )
}

/** Modules that are on a way back to themselves. */
function inCycles(modules: ReadonlyMap<string, Module>): number {
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>()
    const open = [...(modules.get(from)?.imports.keys() ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === to) return true
      if (seen.has(next)) continue
      seen.add(next)
      open.push(...(modules.get(next)?.imports.keys() ?? []))
    }
    return false
  }
  return [...modules.keys()].filter((path) => reaches(path, path)).length
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

async function measure(root: string, field: string): Promise<Record<string, number | string>> {
  const modules = modulesIn(root, 'src')
  const others = ['contracts', 'dashboard', 'fixtures', 'mocks', 'test', 'tools'].filter((room) =>
    existsSync(join(root, room)),
  )
  const importers = new Map<string, number>()
  const takers = new Map<string, number>()
  for (const { imports } of modules.values()) {
    for (const [target, names] of imports) {
      importers.set(target, (importers.get(target) ?? 0) + 1)
      for (const name of names) takers.set(`${target} ${name}`, (takers.get(`${target} ${name}`) ?? 0) + 1)
    }
  }
  const lines = [...modules.values()].map((module) => module.lines)
  const camelCase = field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  const mention = new RegExp(String.raw`\b(?:${field}|${camelCase})\b`, 'g')
  const mentions = [...modules.values()].map(({ text }) => text.match(mention)?.length ?? 0)
  const rows: Record<string, number | string> = {
    'files in src': modules.size,
    'lines in src': lines.reduce((sum, one) => sum + one, 0),
    'median lines of a file': median(lines),
    'files that one file imports': [...modules.keys()].filter((path) => importers.get(path) === 1).length,
    'exports that one file imports': [...takers.values()].filter((count) => count === 1).length,
    'files in cycles': inCycles(modules),
    [`mentions of ${field}`]: `${mentions.reduce((sum, one) => sum + one, 0)} in ${mentions.filter(Boolean).length} files`,
  }
  const {
    products,
  }: { readonly products: readonly { readonly id: string; readonly operations: readonly unknown[] }[] } = await import(
    resolve(root, 'src/products/index.ts')
  )
  const inProducts = (folder: string) => {
    const own = [...modules].filter(([path]) => path.startsWith(`src/products/${folder}`))
    return { files: own.length, lines: own.reduce((total, [, module]) => total + module.lines, 0) }
  }
  let allCalls = 0
  for (const { id, operations } of products) {
    const { files, lines } = inProducts(`${id}/`)
    // Calls without rules have no folder.
    if (files === 0) continue
    allCalls += operations.length
    const each = Math.round(lines / operations.length)
    rows[`${id}: files, lines, calls, lines a call`] = `${files}, ${lines}, ${operations.length}, ${each}`
  }
  const { files: allFiles, lines: allLines } = inProducts('')
  rows['products: files, lines, calls, lines a call'] =
    `${allFiles}, ${allLines}, ${allCalls}, ${Math.round(allLines / allCalls)}`
  for (const room of others) {
    const counted = [...modulesIn(root, room).values()]
    rows[`${room}: files, lines`] = `${counted.length}, ${counted.reduce((sum, one) => sum + one.lines, 0)}`
  }
  return rows
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { field: { type: 'string', default: 'out_bill_no' } },
})
const roots = positionals.length === 0 ? ['.'] : positionals
const measured = await Promise.all(roots.map((root) => measure(root, values.field)))
const names = [...new Set(measured.flatMap((one) => Object.keys(one)))]
console.log(`| | ${roots.join(' | ')} |\n|---|${roots.map(() => '---|').join('')}`)
for (const name of names) console.log(`| ${name} | ${measured.map((one) => one[name] ?? '–').join(' | ')} |`)
