import { existsSync } from 'node:fs'
import type { WorldJson } from '../../products/json.ts'
import { scenarios } from '../../scenarios/index.ts'
import { listed } from '../../shared/texts.ts'
import { usageError } from '../command.ts'
import { nameOf, parseJson, readBytes } from '../files.ts'
import type { Language } from '../language.ts'
import { texts } from './texts.ts'

/** The state to start with, not yet checked. */
export interface Seed {
  readonly world: WorldJson
  /** Name of the file in messages; left out for a scenario. */
  readonly file?: string
  readonly scenario?: string
}

/**
 * Reads a seed: a scenario by its name, or a file (`-` is standard input). A file with the name of a scenario is given as `./default`.
 *
 * @throws UsageError for a name that is neither, and for a file that cannot be read or is not JSON
 */
export async function readSeed(name: string, language: Language): Promise<Seed> {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (scenario) return { world: scenario, scenario: name }
  if (name !== '-' && !/[./\\]/.test(name) && !existsSync(name)) {
    throw usageError(texts[language].seedUnknown(name, listed(Object.keys(scenarios), language)))
  }
  const file = nameOf(name, language)
  const bytes = await readBytes(name, language)
  // The loader checks whether it fits.
  return { file, world: parseJson(bytes.toString('utf8'), file, language) as WorldJson }
}
