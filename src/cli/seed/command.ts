import type { WorldJson } from '../../products/json.ts'
import { scenarios } from '../../scenarios/index.ts'
import { listed } from '../../shared/texts.ts'
import { type DefineCommand, usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { print, printJson } from '../output.ts'
import { allowReplacing } from '../replacing.ts'
import { commonTexts } from '../texts.ts'
import { mergeWorlds } from './merge-worlds.ts'
import { isPlainFile, schemaFor, worldText, writeChunks } from './seed-file.ts'
import { texts } from './texts.ts'

interface SeedCommandOptions {
  readonly coupons?: number
  readonly randomSeed?: string
  readonly out?: string
  readonly force?: boolean
  readonly list?: boolean
  readonly json?: boolean
}

const DEFAULT_RANDOM_SEED = '42'
/** From this many coupons on, generating them takes long enough to show progress. */
const LONG = 200_000

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .argument('[scenarios...]', own.scenarios)
    .addOption(option('--coupons <number>', own.coupons, wholeNumber(1, 10_000_000, language)))
    .addOption(
      option('--random-seed <text>', own.randomSeed(DEFAULT_RANDOM_SEED), textLike(/./, own.randomSeedExpected)),
    )
    .option('--out <file>', own.out)
    .option('--force', commonTexts[language].replacing.force)
    .option('--list', own.list)
    .addRemarks(own.after)
    .action(async (names: readonly string[]) => {
      const options = command.opts<SeedCommandOptions>()
      if (options.list) return listScenarios(options.json ?? false, language)
      await writeSeed(names, options, language)
    })
}

function listScenarios(json: boolean, language: Language): Promise<void> {
  const own = texts[language]
  const list = Object.entries(scenarios).map(([name, { description = '' }]) => ({
    name,
    description: own.scenario(name, description),
  }))
  if (json) return printJson({ scenarios: list })
  const width = Math.max(...list.map(({ name }) => name.length)) + 2
  return print(list.map(({ name, description }) => `${name.padEnd(width)}${description}\n`).join(''))
}

async function writeSeed(names: readonly string[], options: SeedCommandOptions, language: Language): Promise<void> {
  const { coupons, randomSeed, out, force, json } = options
  if (randomSeed !== undefined && coupons === undefined) throw usageError(texts[language].randomSeedAlone)
  const chunks = await textOf(names, options, language)
  if (out !== undefined && (await isPlainFile(out))) await allowReplacing([out], force, language)
  const watched = process.stderr.isTTY && (coupons ?? 0) >= LONG
  const onProgress = watched
    ? (lines: number) => process.stderr.write(`\r${texts[language].progress(lines)}`)
    : undefined
  const bytes = await writeChunks(chunks, out, language, onProgress)
  if (watched) process.stderr.write('\n')
  if (out === undefined) return
  await (json ? printJson({ file: out, bytes }) : print(`${texts[language].written(out, bytes)}\n`))
}

async function textOf(
  names: readonly string[],
  { coupons, randomSeed = DEFAULT_RANDOM_SEED, out }: SeedCommandOptions,
  language: Language,
): Promise<Iterable<string>> {
  const worlds = (names.length === 0 && coupons === undefined ? ['default'] : names).map((name) => find(name, language))
  const schema = out === undefined ? undefined : schemaFor(out)
  if (coupons === undefined) return worldText(mergeWorlds(worlds), schema)
  const { generateSeed, seedChunks } = await import('../../../fixtures/seed.ts')
  if (worlds.length === 0) return seedChunks({ coupons, randomSeed })
  return worldText(mergeWorlds([...worlds, generateSeed({ coupons, randomSeed })]), schema)
}

function find(name: string, language: Language): WorldJson {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (!scenario) throw usageError(texts[language].unknownScenario(name, listed(Object.keys(scenarios), language)))
  return scenario
}
