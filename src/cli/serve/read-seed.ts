import { existsSync } from 'node:fs'
import type { WorldJson } from '../../products/json.ts'
import { scenarios } from '../../scenarios/index.ts'
import { nameOf, parseJson, readBytes } from '../read-input.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

/** The state to start with, not yet checked. */
export interface Seed {
  readonly world: WorldJson
  /** What the file is called in messages; left out for a scenario. */
  readonly file?: string
  readonly scenario?: string
}

/**
 * Reads a seed: a scenario by its name, or a file (`-` is standard input). A file that is called like a scenario is `./default`.
 *
 * @throws UsageError for what is neither, and for a file that can not be read or is not JSON
 */
export async function readSeed(name: string, texts: Texts): Promise<Seed> {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (scenario) return { world: scenario, scenario: name }
  if (name !== '-' && !/[./\\]/.test(name) && !existsSync(name)) {
    throw usageError(texts.serve.seedUnknown(name, Object.keys(scenarios).join(', ')))
  }
  const file = nameOf(name, texts)
  const bytes = await readBytes(name, texts)
  // Whether it fits is checked where it is loaded.
  return { file, world: parseJson(bytes.toString('utf8'), file, texts) as WorldJson }
}
