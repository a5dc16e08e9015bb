/**
 * Writes what products of the mock export by name, which TypeScript has to be told line by line: a file of operations, one of provider states, and one of
 * routes, which a client loads without the rest of the products.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { products } from '../src/products/index.ts'

const folder = new URL('../src/products/', import.meta.url)
const ids = products.map(({ id }) => id)
const MADE = '// Made by `npm run docs` from the products in index.ts, whose folders have their ids.\n'

const nameOf = (id: string) => id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** A line for each product whose folder has a file, in the order of products or of names. */
function lines(file: string, order: readonly string[], line: (id: string) => string): string {
  return order
    .filter((id) => existsSync(new URL(`${id}/${file}`, folder)))
    .map((id) => `${line(id)}\n`)
    .join('')
}

const sorted = ids.toSorted()

/** The made files. */
export const productFiles = [
  {
    name: 'operations.ts',
    made: `${MADE}
/** The operations of the mock's own products by the names that faults, matchers and contracts use. */
${lines('operations.ts', sorted, (id) => `export * from './${id}/operations.ts'`)}`,
  },
  {
    name: 'routes.ts',
    made: `${MADE}
/** Where the control calls of the mock's own products are found: what a client needs of them, without their schemas. */
${lines('routes.ts', sorted, (id) => `export { routes as ${nameOf(id)} } from './${id}/routes.ts'`)}`,
  },
  {
    name: 'own-states.ts',
    made: `${MADE}
${lines('states.ts', sorted, (id) => `import { states as ${nameOf(id)} } from './${id}/states.ts'`)}
/** The provider states of the mock's own products. */
export const ownStates = {
${lines('states.ts', ids, (id) => `  ...${nameOf(id)},`)}} as const
`,
  },
].map((one) => ({ ...one, file: new URL(one.name, folder) }))

if (import.meta.main) for (const { file, made } of productFiles) writeFileSync(file, made)
