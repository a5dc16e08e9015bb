import { readPackageFile } from '../control/package-files.ts'
import type { CatalogueIndex, ProductFacts } from './facts.ts'
import index from './index.json' with { type: 'json' }

/** All products of the catalogue with their calls and callbacks, without the facts about each. */
export const catalogueIndex = index as unknown as CatalogueIndex

const read = new Map<string, ProductFacts>()

/**
 * The facts of a product's calls and callbacks. Read from its file when they are first asked for: all products together are
 * a megabyte, which would slow down every start.
 */
export function factsOf(product: string): ProductFacts {
  const known = read.get(product)
  if (known) return known
  // The import writes these files, and a test checks them against their types.
  const facts = readJson(`src/catalogue/${product}.json`) as ProductFacts
  read.set(product, facts)
  return facts
}

function readJson(file: string): unknown {
  const bytes = readPackageFile(file)
  if (!bytes) throw new Error(`The file ${file} of this package is missing: install it again.`)
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

let english: Readonly<Record<string, string>> | undefined

/** The English name of a call or callback, which the pages lack; its id if it has not been translated yet. */
export function englishOf(id: string): string {
  english ??= readJson('src/catalogue/english.json') as Readonly<Record<string, string>>
  return english[id] ?? id
}

const PAGES = 'https://pay.weixin.qq.com/doc/v3/'
const SECOND_SOURCE = 'https://github.com/TheNorthMemory/wechatpay-openapi'

/** The address of the first page, or of the second source for a call without pages. */
export function addressOf([page]: readonly string[]): string {
  if (page === undefined) return SECOND_SOURCE
  return `${PAGES}${page.startsWith('m') ? 'merchant' : 'partner'}/${page.slice(1)}`
}
