import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { styleText } from 'node:util'
import type { PactDocument } from '../../../contracts/kit/pact-document.ts'
import { products } from '../../products/index.ts'
import type { Evidence } from '../../wire/protocol/errors.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError, wrap } from '../command.ts'
import { unwritable } from '../files.ts'
import { minEvidenceOption } from '../options.ts'
import { columnsOf, oneLine, print, printJson, warn } from '../output.ts'
import type { Language } from '../texts.ts'
import { addBrokerOptions, type BrokerOptions, brokerIn, isAddress } from './broker-options.ts'
import {
  type Comparison,
  type ContractInWords,
  type InteractionInWords,
  inReadingOrder,
  inWords,
  texts as words,
} from './contract-words.ts'
import { evidenceLine, evidenceText, texts as reportTexts } from './text-report.ts'
import { texts as verifyTexts } from './verify.ts'

const en = {
  summary: 'show a pact on one page, and how sure each interaction is',
  description:
    'Shows contracts as a reviewer reads them: who with whom, and of each interaction the provider states, what of the request and of the answer is compared, and how it is known that the live service does so. Succeeding interactions come first, callbacks last. Exit code 1 when an interaction is less sure than --min-evidence, 2 when there is nothing to show.',
  html: 'write a page for browsers and printers into this file instead',
  after: `wechatpay-mock pact show pacts/my-shop-wechatpay.json
wechatpay-mock pact show pacts --html contracts.html
wechatpay-mock pact show pacts --min-evidence observed`,
  written: (file: string): string => `${file} has been written`,
  weak: (number: number, least: string): string =>
    `${number === 1 ? '1 interaction is' : `${number} interactions are`} less sure than ${least}`,
  tooMany: (file: string, most: number): string =>
    `${file} has more than ${most} interactions, which nobody reads on a page: name a smaller pact`,
}

const zh: typeof en = {
  summary: '把契约显示成一页，并说明每条交互的依据',
  description:
    '按评审者的阅读方式显示契约：谁与谁，每条交互的提供方状态，请求和应答中比较哪些内容，以及如何得知线上服务也是如此。成功的交互在前，回调在后。有交互的依据不及 --min-evidence 时退出码为 1，没有可显示的契约时为 2。',
  html: '改为把供浏览器阅读和打印的页面写入此文件',
  after: en.after,
  written: (file) => `已写入 ${file}`,
  weak: (number, least) => `${number} 条交互的依据低于“${least}”级别`,
  tooMany: (file, most) => `${file} 的交互超过 ${most} 条，无法在一页中阅读，请指定较小的契约`,
}

export const texts = { en, zh }

interface PactShowOptions extends BrokerOptions {
  readonly provider: string
  readonly html?: string
  readonly minEvidence?: Evidence
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  const { files, provider } = verifyTexts[language]
  command
    .argument('[files...]', files)
    .option('--provider <name>', provider, 'wechatpay')
    .option('--html <file>', own.html)
    .addOption(minEvidenceOption(language))
  addBrokerOptions(command, 'nothing')
  command.action((named: readonly string[]) => show(named, command.opts<PactShowOptions>(), language))
})

async function show(named: readonly string[], options: PactShowOptions, language: Language): Promise<void> {
  const { html, json, minEvidence } = options
  const own = texts[language]
  const contracts = await contractsIn(named, options, language)
  const weak = contracts.flatMap(({ interactions }) => interactions).filter(({ evidence }) => evidence.tooWeak)
  if (weak.length > 0) process.exitCode = 1
  if (html !== undefined) {
    const { contractsAsHtml } = await import('./contract-html.ts')
    try {
      await makeDirectory(dirname(html))
      await writeFile(html, contractsAsHtml(contracts, language))
    } catch (cause) {
      throw unwritable(html, cause, language)
    }
  }
  if (json) await printJson(contracts)
  else
    await print(
      html === undefined ? page(contracts, process.stdout.isTTY, language) : `${own.written(oneLine(html))}\n`,
    )
  if (weak.length > 0 && minEvidence) warn(own.weak(weak.length, reportTexts[language].known[minEvidence]))
}

/** Interactions of a page. */
const MOST = 1_000

async function contractsIn(
  named: readonly string[],
  options: PactShowOptions,
  language: Language,
): Promise<readonly ContractInWords[]> {
  const broker = await brokerIn(options, named, language)
  const { findPacts } = await import('../../../contracts/kit/pact-sources.ts')
  const { pacts, leftOut } = await findPacts({
    pactFiles: named.filter((file) => !isAddress(file)),
    pactUrls: named.filter(isAddress),
    broker,
    provider: options.provider,
    consumers: undefined,
    allowEmpty: false,
  })
  for (const { file, provider } of leftOut) warn(verifyTexts[language].leftOut(file, provider))
  const tooLarge = pacts.find(({ pact }) => pact.size > MOST)
  if (tooLarge) throw usageError(texts[language].tooMany(oneLine(tooLarge.pact.source), MOST))
  const contracts: ContractInWords[] = []
  for (const { pact } of pacts) contracts.push(await contractIn(pact, options.minEvidence, language))
  return contracts
}

async function contractIn(
  pact: PactDocument,
  least: Evidence | undefined,
  language: Language,
): Promise<ContractInWords> {
  const { evidenceOf } = await import('../../../contracts/kit/evidence.ts')
  const { interactionsOf } = await import('../../../contracts/kit/interactions.ts')
  const { createRehearsal } = await import('../../../contracts/kit/rehearse.ts')
  const { evidenceResult } = await import('../../../contracts/kit/report.ts')
  const rehearse = createRehearsal()
  const interactions: InteractionInWords[] = []
  for (const one of interactionsOf(pact)) {
    const evidence = evidenceOf(one, { products, touched: await rehearse(one) })
    interactions.push(inWords(one, evidenceResult(evidence, least, language), language))
  }
  const { consumer, provider, source } = pact
  return { consumer, provider, pact: source, interactions }
}

const WIDTH = 80
const MARGIN = 4

type Style = Parameters<typeof styleText>[0]

const COLOURS: Readonly<Record<Evidence, Style>> = {
  documented: 'green',
  observed: 'blue',
  reported: 'yellow',
  sibling: 'yellow',
  inferred: 'red',
}

/** Contracts for a terminal of 80 columns. */
export function page(contracts: readonly ContractInWords[], colours: boolean, language: Language): string {
  const paint = (style: Style, text: string) => (colours ? styleText(style, text, { validateStream: false }) : text)
  return contracts.map((contract) => pageOf(contract, paint, language)).join('\n')
}

type Paint = (style: Style, text: string) => string

function pageOf(contract: ContractInWords, paint: Paint, language: Language): string {
  const own = words[language]
  const { consumer, provider, pact, interactions: all } = contract
  const interactions = inReadingOrder(all)
  const head = [
    paint('bold', oneLine(own.parties(consumer, provider))),
    oneLine(pact),
    own.size(interactions.length),
    ...evidenceLine(
      interactions.map(({ evidence }) => evidence),
      language,
    ),
  ]
  const sections = [...Map.groupBy(interactions, ({ kind }) => kind)].flatMap(([kind, some]) => [
    '',
    paint('bold', own.sections[kind]),
    ...some.flatMap((one) => ['', ...linesOf(one, paint, language)]),
  ])
  return [...head, ...sections, ''].join('\n')
}

function linesOf(one: InteractionInWords, paint: Paint, language: Language): string[] {
  const own = words[language]
  const { description, given, call, asks, status, gets, evidence } = one
  const labels = [own.given, own.sends, own.gets, own.receives]
  const width = Math.max(...labels.map(columnsOf)) + 2
  const row = (label: string, texts: readonly string[]): string[] =>
    texts.flatMap((text, i) => block(text, ' '.repeat(MARGIN) + padded(i === 0 ? label : '', width)))
  const known = oneLine(evidenceText(evidence, language))
  return [
    ...block(description, '  ').map((line) => paint('bold', line)),
    ...row(own.given, given),
    ...row(own.sends, call === undefined ? [] : [call, ...compared(asks, language)]),
    ...row(status === undefined ? own.receives : own.gets, [
      ...(status === undefined ? [] : [status]),
      ...compared(gets, language),
    ]),
    ...block(known, ' '.repeat(MARGIN)).map((line) => paint(COLOURS[evidence.is], line)),
  ]
}

function compared({ exactly, byShape }: Comparison, language: Language): string[] {
  const own = words[language]
  return [
    ...(exactly.length === 0 ? [] : [own.compared(own.exactly, listed(exactly, language))]),
    ...(byShape.length === 0 ? [] : [own.compared(own.byShape, listed(byShape, language))]),
  ]
}

/** A text behind a start, with its further lines below its first. */
function block(text: string, start: string): string[] {
  const columns = columnsOf(start)
  const [first = '', ...more] = wrap(oneLine(text), WIDTH - columns).split('\n')
  return [start + first, ...more.map((line) => ' '.repeat(columns) + line)]
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)))
}
