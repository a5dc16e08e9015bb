/**
 * Begins a product from the catalogue: `npm run scaffold -- payscore`. Writes a folder in src/products with a row, its table, its calls, its control calls
 * and how the dashboard shows it, besides a test and the recipes of its errors, and lists the product. It runs as it is: rows are kept and answered, and
 * no rule moves them yet. Calls about other rows stay shaped.
 *
 * `npm run scaffold -- complaints 'GET /v3/…'` names the call that looks the row up, where a product has several. `--print` writes nothing.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { products } from '../../src/products/index.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { controlRows, filesOf, productNameOf } from './files.ts'
import { addressOf, type Plan, planFor } from './plan.ts'

const root = new URL('../../', import.meta.url)
/** The pages of the control API, with the heading that comes behind the products. */
const PAGES = [
  ['docs/control-api.md', 'en', '### Callbacks\n'],
  ['docs/control-api.zh-CN.md', 'zh', '### 回调\n'],
] as const

const USAGE = `npm run scaffold -- PRODUCT ['GET /v3/…'] [--print]

PRODUCT is a product of the catalogue, such as payscore; the second argument is the call that looks its row up.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { print: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
})
if (values.help) console.log(USAGE)
else scaffold()

function scaffold(): void {
  const [id = '', look] = positionals
  try {
    const simulated = products.flatMap(({ operations }) => operations.filter(({ shaped }) => !shaped))
    const plan = planFor(id, look, new Set(simulated.map(addressOf)))
    const files = filesOf(plan)
    if (values.print) {
      for (const [path, text] of files) console.log(`// ${path}\n${text}`)
      return
    }
    const taken = [...files.keys()].find((path) => existsSync(new URL(path, root)))
    if (taken !== undefined)
      throw new UsageError('MOCK_PRODUCT', { en: `${taken} exists already.`, zh: `${taken} 已存在。` })
    for (const [path, text] of files) {
      const file = new URL(path, root)
      mkdirSync(dirname(fileURLToPath(file)), { recursive: true })
      writeFileSync(file, text)
      console.log(`wrote ${path}`)
    }
    list(plan)
    run('npm', 'exec', '--', 'biome', 'check', '--write', '--log-level=error', ...files.keys(), 'src/products/index.ts')
    run('npm', 'run', '--silent', 'docs')
    console.log(`
Next: npm exec -- vitest run --project mock test/products test/operations/errors.test.ts --update
Then give its calls their rules, as docs/extending.md says.`)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}

/** Lists the product in the registry, before the catalogue, which answers the calls that no product has, and its control calls on their page. */
function list(plan: Plan): void {
  const { folder } = plan
  const file = new URL('src/products/index.ts', root)
  const name = productNameOf(plan)
  const before = readFileSync(file, 'utf8')
  const after = before
    .replace('import { platform }', `import { ${name} } from './${folder}/index.ts'\nimport { platform }`)
    .replace('  catalogue,\n]', `  ${name},\n  catalogue,\n]`)
  writeFileSync(file, after)
  for (const [page, language, heading] of PAGES) {
    const text = readFileSync(new URL(page, root), 'utf8')
    writeFileSync(new URL(page, root), text.replace(heading, `${controlRows(plan, language)}${heading}`))
  }
  console.log('listed in src/products/index.ts, and in docs/control-api.md in both languages')
}

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}
