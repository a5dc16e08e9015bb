import { existsSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WorldJson } from '../../products/json.ts'

/** Things that are written at once. */
const CHUNK = 1_000

/** A world as the text of a seed file, one line for each thing, so that two versions can be compared line by line. */
export function* worldText(world: WorldJson, schema: string | undefined): Generator<string, void> {
  const members = Object.entries({ ...world, $schema: schema }).filter(([, value]) => value !== undefined)
  // The editor looks for the schema at the top.
  members.sort(([a], [b]) => Number(b === '$schema') - Number(a === '$schema'))
  yield '{'
  for (const [i, [name, value]] of members.entries()) {
    yield `${i === 0 ? '' : ','}\n${JSON.stringify(name)}: `
    if (Array.isArray(value)) yield* listText(value)
    else yield JSON.stringify(value)
  }
  yield '\n}\n'
}

function* listText(things: readonly unknown[]): Generator<string, void> {
  yield '['
  for (let at = 0; at < things.length; at += CHUNK) {
    const lines = things.slice(at, at + CHUNK).map((thing) => `\n  ${JSON.stringify(thing)}`)
    yield (at === 0 ? '' : ',') + lines.join(',')
  }
  yield '\n]'
}

/** What a seed file's `$schema` has to say for an editor to find the schema; `undefined` when it is not there to be found. */
export function schemaFor(file: string): string | undefined {
  const schema = fileURLToPath(new URL('../../scenarios/seed.schema.json', import.meta.url))
  if (!existsSync(schema)) return undefined
  const path = relative(dirname(resolve(file)), schema).replaceAll(sep, '/')
  return /^(?:[./]|[A-Za-z]:)/.test(path) ? path : `./${path}`
}
