import type { WorldJson } from '../../products/json.ts'
import { scenarios } from '../../scenarios/index.ts'
import { type DefineCommand, option, textLike, wholeNumber } from '../command.ts'
import { print, printJson } from '../output.ts'
import { mergeWorlds } from '../seed/merge-worlds.ts'
import { schemaFor, worldText } from '../seed/world-text.ts'
import { writeChunks } from '../seed/write-chunks.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

interface SeedCommandOptions {
  readonly coupons?: number
  readonly randomSeed?: string
  readonly out?: string
  readonly list?: boolean
  readonly json?: boolean
}

const DEFAULT_RANDOM_SEED = '42'
/** Coupons of which the making takes long enough to be watched. */
const LONG = 200_000

export const define: DefineCommand = (command, { texts }) => {
  const { seed: own } = texts
  command
    .description(own.description)
    .argument('[scenarios...]', own.scenarios)
    .addOption(option('--coupons <number>', own.coupons, wholeNumber(1, 10_000_000, texts)))
    .addOption(
      option('--random-seed <text>', own.randomSeed(DEFAULT_RANDOM_SEED), textLike(/./, own.randomSeedExpected)),
    )
    .option('--out <file>', own.out)
    .option('--list', own.list)
    .addHelpText('after', `\n${own.after}`)
    .action(async (names: readonly string[]) => {
      const options = command.opts<SeedCommandOptions>()
      if (options.list) return listScenarios(options.json ?? false, texts)
      await writeSeed(names, options, texts)
    })
}

function listScenarios(json: boolean, { seed: own }: Texts): Promise<void> {
  const list = Object.entries(scenarios).map(([name, { description = '' }]) => ({
    name,
    description: own.scenario(name, description),
  }))
  if (json) return printJson({ scenarios: list })
  const width = Math.max(...list.map(({ name }) => name.length)) + 2
  return print(list.map(({ name, description }) => `${name.padEnd(width)}${description}\n`).join(''))
}

async function writeSeed(names: readonly string[], options: SeedCommandOptions, texts: Texts): Promise<void> {
  const { coupons, randomSeed, out, json } = options
  if (randomSeed !== undefined && coupons === undefined) throw usageError(texts.seed.randomSeedAlone)
  const chunks = await textOf(names, options, texts)
  const watched = process.stderr.isTTY && (coupons ?? 0) >= LONG
  const onProgress = watched ? (lines: number) => process.stderr.write(`\r${texts.seed.progress(lines)}`) : undefined
  const bytes = await writeChunks(chunks, out, texts, onProgress)
  if (watched) process.stderr.write('\n')
  if (out === undefined) return
  await (json ? printJson({ file: out, bytes }) : print(`${texts.seed.written(out, bytes)}\n`))
}

async function textOf(
  names: readonly string[],
  { coupons, randomSeed = DEFAULT_RANDOM_SEED, out }: SeedCommandOptions,
  texts: Texts,
): Promise<Iterable<string>> {
  const worlds = (names.length === 0 && coupons === undefined ? ['default'] : names).map((name) => find(name, texts))
  const schema = out === undefined ? undefined : schemaFor(out)
  if (coupons === undefined) return worldText(mergeWorlds(worlds), schema)
  const { generateSeed, seedChunks } = await import('../../../fixtures/seed.ts')
  if (worlds.length === 0) return seedChunks({ coupons, randomSeed })
  return worldText(mergeWorlds([...worlds, generateSeed({ coupons, randomSeed })]), schema)
}

function find(name: string, { seed: own }: Texts): WorldJson {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (!scenario) throw usageError(own.unknownScenario(name, Object.keys(scenarios).join(', ')))
  return scenario
}
