import { existsSync, type Stats } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { packageFolder } from '../../control/package-files.ts'
import { tablesOf } from '../../engine/product.ts'
import { memberOf } from '../../engine/state/table.ts'
import { products } from '../../products/index.ts'
import type { WorldJson } from '../../products/json.ts'
import { type ScenarioName, scenarios } from '../../products/scenarios/index.ts'
import { isFromSystem } from '../../wire/shared/errors.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { allowReplacing, unwritable } from '../files.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { print, printJson } from '../output.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Writes a seed file, for serve --seed: one or several scenarios, coupons made at random, or both together.',
  scenarios: 'scenarios to include; default if nothing else is asked for',
  coupons: 'how many coupons to make, with batches and orders',
  randomSeed: (standard: string): string =>
    `what --coupons makes; the same text makes the same coupons (default: ${standard})`,
  randomSeedExpected: 'use any text',
  randomSeedAlone: '--random-seed is for --coupons: say how many',
  out: 'file to write; standard output if left out',
  /** Purpose of a scenario; `description` is the seed file's own. */
  scenario: (_name: string, description: string): string => description,
  list: 'list the scenarios',
  after: `wechatpay-mock seed default --out seed.json
wechatpay-mock seed --coupons 100000 --random-seed 42 --out large.json`,
  unknownScenario: (name: string, scenarios: string): string =>
    `There is no scenario ${name}. The scenarios are: ${scenarios}`,
  progress: (lines: number): string => `${lines} lines`,
  written: (file: string, bytes: number): string => `${file}: ${bytes} bytes`,
}

/** 各场景的说明。 */
const inChinese: Readonly<Record<ScenarioName, string>> = {
  default: '每种状态的券各一张，另有订单，可以依次看到关联接口的各种应答。',
  empty: '只有内置商户。',
  life: '券的每种经历各一张，带有历史和用过的请求单号：关联、重新关联、关联后核销、退券（关联保留）、再次核销、失效、删除、过期。全部发生在 2025 年 6 月，每步相隔一天。',
  partner:
    '内置商户作为 1900000010 的服务商：有它创建、归属于它或只由它发放的批次，以及双方的订单。使用 --orders known 时订单属于调用接口的商户，所以 1900000001 查不到 SUB_ORDER_1。要以 1900000010 调用，请用 POST /_mock/merchants 添加。',
  times:
    '每种时间规则各一个批次，天数从启动时模拟服务的时间算起：TIMES_NOT_YET_USABLE 六天后可用，TIMES_ENDS_TODAY 当天午夜（北京时间）结束。按周、按年的可用时段以及已结束、未开始的批次用固定日期，可以调整时钟来观察。',
  transfers:
    '内置商户的商家转账，每种结果各一笔：待确认、成功、失败、已撤销、余额不足；账户里有 1,000 元可转；用户有已实名和未实名的，其中一位已授权免确认收款。',
}

const zh: typeof en = {
  description: '写出供 serve --seed 使用的种子文件：一个或多个场景，随机生成的券，或二者合并。',
  scenarios: '要写入的场景；什么都不写则为 default',
  coupons: '生成多少张券，连同批次和订单',
  randomSeed: (standard) => `决定 --coupons 生成的内容，文本相同则内容相同（默认 ${standard}）`,
  randomSeedExpected: '请使用任意文本',
  randomSeedAlone: '--random-seed 用于 --coupons，请写明数量',
  out: '要写的文件；不写则为标准输出',
  scenario: (name, description) => (Object.hasOwn(inChinese, name) ? inChinese[name as ScenarioName] : description),
  list: '列出场景',
  after: en.after,
  unknownScenario: (name, scenarios) => `没有场景 ${name}，可用的场景有：${scenarios}`,
  progress: (lines) => `${lines} 行`,
  written: (file, bytes) => `${file}：${bytes} 字节`,
}

const texts = { en, zh }

/** The members that form the key of a row, for each list of rows. */
const KEYS: Readonly<Record<string, readonly string[] | undefined>> = Object.fromEntries(
  tablesOf(products).map((table) => [memberOf(table), table.keyMembers]),
)

/** Merges worlds; of two things with the same id the later one stays. */
export function mergeWorlds(worlds: readonly WorldJson[]): WorldJson {
  const descriptions = worlds.flatMap(({ description }) => description ?? [])
  const lists = new Map<string, Map<string, object>>()
  for (const [member, things] of worlds.flatMap((world) => Object.entries(world))) {
    if (!Array.isArray(things)) continue
    const list = lists.get(member) ?? new Map<string, object>()
    lists.set(member, list)
    for (const thing of things) list.set(idOf(member, thing) ?? `${list.size}`, thing)
  }
  return {
    ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
    ...Object.fromEntries([...lists].map(([member, list]) => [member, [...list.values()]])),
  }
}

/** `undefined` for a thing without an id: it gets one when it is loaded, and equals no other. A row without a merchant belongs to the default one. */
function idOf(member: string, thing: Readonly<Record<string, unknown>>): string | undefined {
  const key = KEYS[member]
  const id = key
    ? [thing.mchid ?? '', ...key.map((name) => thing[name])]
    : [member === 'merchants' ? thing.mchid : undefined]
  return id.includes(undefined) ? undefined : JSON.stringify(id)
}

/** How many things go into one chunk of text. */
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

/** Value of a seed file's `$schema` with which an editor finds the schema; `undefined` if the schema cannot be found from there. */
function schemaFor(file: string): string | undefined {
  const folder = packageFolder()
  if (folder === undefined) return undefined
  const schema = join(folder, 'dist/src/products/scenarios/seed.schema.json')
  if (!existsSync(schema)) return undefined
  const path = relative(dirname(resolve(file)), schema).replaceAll(sep, '/')
  return /^(?:[./]|[A-Za-z]:)/.test(path) ? path : `./${path}`
}

/**
 * Writes text to a file, or to standard output without one. The file appears only once it is complete.
 *
 * @param onProgress told of the lines written so far
 * @returns bytes written
 */
async function writeChunks(
  chunks: Iterable<string>,
  file: string | undefined,
  language: Language,
  onProgress?: (lines: number) => void,
): Promise<number> {
  if (file === undefined) return copy(chunks, print, onProgress)
  let handle: FileHandle | undefined
  let draft: string | undefined
  try {
    // Anything but a plain file, such as /dev/null or a named pipe, is written into, not replaced.
    const found = await statOf(file)
    draft = found && !found.isFile() ? undefined : `${file}.${process.pid}.new`
    handle = await open(draft ?? file, 'w')
    const target = handle
    const bytes = await copy(chunks, (text) => target.writeFile(text), onProgress)
    await handle.close()
    if (draft !== undefined) await rename(draft, file)
    return bytes
  } catch (error) {
    await handle?.close().catch(() => {})
    if (draft !== undefined) await rm(draft, { force: true })
    if (isFromSystem(error)) throw unwritable(file, error, language)
    throw error
  }
}

/** Whether a file exists that would be replaced. */
async function isPlainFile(file: string): Promise<boolean> {
  return (await statOf(file))?.isFile() ?? false
}

/** `undefined` for a file that does not exist or cannot be examined; writing to it will say why. */
function statOf(file: string): Promise<Stats | undefined> {
  return stat(file).catch(() => undefined)
}

async function copy(
  chunks: Iterable<string>,
  write: (text: string) => Promise<void>,
  onProgress: ((lines: number) => void) | undefined,
): Promise<number> {
  let bytes = 0
  let lines = 0
  for (const chunk of chunks) {
    await write(chunk)
    if (write === print && process.stdout.errored) break
    bytes += Buffer.byteLength(chunk)
    lines += chunk.split('\n').length - 1
    onProgress?.(lines)
  }
  return bytes
}

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

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[scenarios...]', own.scenarios)
    .addOption(option('--coupons <number>', own.coupons, wholeNumber(1, 10_000_000, language)))
    .addOption(
      option('--random-seed <text>', own.randomSeed(DEFAULT_RANDOM_SEED), textLike(/./, own.randomSeedExpected)),
    )
    .option('--out <file>', own.out)
    .option('--force', commonTexts[language].replacing.force)
    .option('--list', own.list)
    .action(async (names: readonly string[]) => {
      const options = command.opts<SeedCommandOptions>()
      if (options.list) return listScenarios(options.json ?? false, language)
      await writeSeed(names, options, language)
    })
})

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
