import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type PactDocument, readPact } from '../../../contracts/kit/pact-document.ts'
import { reviewContracts } from '../../../contracts/kit/review-contracts.ts'
import { wellKnownIdentity } from '../../control/identity/well-known.ts'
import { RECORDING_BYTES, type RecordedExchange, readRecording } from '../../traffic/recording/read-recording.ts'
import { reviewRecording } from '../../traffic/review/recording.ts'
import { type Finding, type ReviewRule, type ReviewRuleName, reviewRules } from '../../traffic/review/rules.ts'
import { isJsonObject, parseJsonObject } from '../../wire/protocol/json-object.ts'
import { sourcesOf } from '../../wire/protocol/sources.ts'
import { listed, nearestWord, type Texts } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { readUpTo } from '../files.ts'
import { oneLine, print, printJson } from '../output.ts'
import type { Language } from '../texts.ts'
import { platformKeys, readVerificationKey } from '../verification.ts'
import { texts as reportTexts } from './text-report.ts'

const en = {
  summary: 'review a payment client by its contract or its recorded traffic',
  description:
    'Reviews how a client handles money: what its contract leaves open, or what it did in a recording of traffic. Nothing is sent anywhere. Exit code 1 when a rule that must be kept is broken.',
  files: "pact files, directories of them, or recordings: HAR, or what the SDKs' clients log",
  only: 'only these rules, with commas between them',
  ignore: 'all rules but these',
  apiV3Key: 'APIv3 key that the callbacks of a recording are opened with; the well-known one if left out',
  platformKey:
    "the platform's certificate or public key (PEM) that the signatures in a recording are verified with; the well-known ones if left out",
  after: `wechatpay-mock pact review pacts/my-shop-wechatpay.json
wechatpay-mock pact review shop.har --platform-key pub_key.pem --api-v3-key "$API_V3_KEY"
Rules: ${Object.keys(reviewRules).join(', ')}`,
  filesNeeded: 'Say what to review: pact files, or recordings of traffic',
  unknownRule: (name: string, nearest: string | undefined): string =>
    `There is no rule ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
  onlyOrIgnore: 'Give --only or --ignore, not both',
  noPactIn: (path: string): string => `${path} has no .json file in it`,
  nothingIn: (path: string): string => `${path} has no call and no callback of WeChat Pay in it`,
  contract: (consumer: string, files: string): string => `Contract of ${consumer} (${files})`,
  recording: (files: string, exchanges: number): string =>
    `Recording ${files}: ${exchanges === 1 ? '1 exchange' : `${exchanges} exchanges`}`,
  severities: { must: 'must', should: 'should' },
  named: (name: string, text: string): string => `${name}: ${text}`,
  nothing: 'nothing found',
  notJudged: (what: string): string => `not judged: ${what}`,
  sum: (must: number, should: number): string => `${must} must, ${should} should`,
}

const zh: typeof en = {
  summary: '根据契约或录制的流量评审支付客户端',
  description:
    '评审客户端怎样处理资金：契约中没有约定的，或录制的流量中做错的。不向任何地方发送数据。违反必须遵守的规则时退出码为 1。',
  files: '契约文件、目录，或录制的流量：HAR，或各 SDK 的日志',
  only: '只用这些规则，以逗号分隔',
  ignore: '不用这些规则',
  apiV3Key: '解密录制中回调的 APIv3密钥；不写则用内置商户的',
  platformKey: '验证录制中签名的平台证书或微信支付公钥（PEM）；不写则用内置的',
  after: `wechatpay-mock pact review pacts/my-shop-wechatpay.json
wechatpay-mock pact review shop.har --platform-key pub_key.pem --api-v3-key "$API_V3_KEY"
规则：${Object.keys(reviewRules).join('、')}`,
  filesNeeded: '请写明评审什么：契约文件或录制的流量',
  unknownRule: (name, nearest) => `没有规则 ${name}${nearest === undefined ? '' : `，是否指 ${nearest}？`}`,
  onlyOrIgnore: '--only 和 --ignore 只能取一',
  noPactIn: (path) => `${path} 中没有 .json 文件`,
  nothingIn: (path) => `${path} 中没有微信支付的请求和回调`,
  contract: (consumer, files) => `${consumer} 的契约（${files}）`,
  recording: (files, exchanges) => `录制的流量 ${files}：共 ${exchanges} 次`,
  severities: { must: '必须', should: '建议' },
  named: (name, text) => `${name}：${text}`,
  nothing: '没有发现问题',
  notJudged: (what) => `未评审：${what}`,
  sum: (must, should) => `必须改 ${must} 条，建议改 ${should} 条`,
}

export const texts = { en, zh }

interface PactReviewOptions {
  readonly only?: string
  readonly ignore?: string
  readonly apiV3Key?: string
  readonly platformKey?: string
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[files...]', own.files)
    .option('--only <rules>', own.only)
    .option('--ignore <rules>', own.ignore)
    .option('--api-v3-key <key>', own.apiV3Key)
    .option('--platform-key <file>', own.platformKey)
    .action(async (files: readonly string[]) => review(files, command.opts<PactReviewOptions>(), language))
})

/** Inputs that were reviewed as one: the contracts of a consumer, or all recordings. */
interface Reviewed {
  readonly consumer?: string
  readonly files: readonly string[]
  /** Interactions or exchanges. */
  readonly size: number
  readonly findings: readonly Finding[]
  readonly notJudged: readonly Texts[]
}

async function review(files: readonly string[], options: PactReviewOptions, language: Language): Promise<void> {
  if (files.length === 0) throw usageError(texts[language].filesNeeded)
  const names = rulesAsked(options, language)
  const inputs = (await Promise.all(files.map((file) => inputsAt(file, language)))).flat()
  const byConsumer = Map.groupBy(inputs, (input) => ('pact' in input ? input.consumer : undefined))
  const all: Reviewed[] = []
  for (const [consumer, some] of byConsumer) {
    const pacts = some.flatMap((input) => ('pact' in input ? [input.pact] : []))
    const recorded = some.flatMap((input) => ('exchanges' in input ? input.exchanges : []))
    const named = some.map(({ file }) => file)
    if (consumer === undefined) {
      const { findings, notJudged } = await reviewRecording(recorded, await keysIn(options, language))
      const unread = some.flatMap((input) => ('unread' in input ? input.unread : []))
      all.push({ files: named, size: recorded.length, findings, notJudged: [...unread, ...notJudged] })
    } else {
      const { findings, interactions } = reviewContracts(pacts)
      if (interactions === 0) throw usageError(texts[language].nothingIn(listed(named, language)))
      all.push({ consumer, files: named, size: interactions, findings, notJudged: [] })
    }
  }
  const asked = all.map((one) => ({ ...one, findings: one.findings.filter(({ rule }) => names.includes(rule)) }))
  const musts = asked.flatMap(({ findings }) => findings.filter(({ rule }) => reviewRules[rule].severity === 'must'))
  if (musts.length > 0) process.exitCode = 1
  await (options.json ? printJson(describe(asked, musts.length === 0, language)) : print(report(asked, language)))
}

function rulesAsked({ only, ignore }: PactReviewOptions, language: Language): readonly ReviewRuleName[] {
  const own = texts[language]
  if (only !== undefined && ignore !== undefined) throw usageError(own.onlyOrIgnore)
  const known = Object.keys(reviewRules) as ReviewRuleName[]
  const given = (only ?? ignore ?? '').split(',').flatMap((name) => name.trim() || [])
  const unknown = given.find((name) => !known.some((one) => one === name))
  if (unknown !== undefined) throw usageError(own.unknownRule(unknown, nearestWord(unknown, known)))
  return known.filter((name) => (only === undefined ? !given.includes(name) : given.includes(name)))
}

type Input =
  | { readonly file: string; readonly consumer: string; readonly pact: PactDocument }
  | { readonly file: string; readonly exchanges: readonly RecordedExchange[]; readonly unread: readonly Texts[] }

/** A pact or a recording, or the pacts in a directory. @throws UsageError for anything else */
async function inputsAt(path: string, language: Language): Promise<readonly Input[]> {
  // The read reports a file that does not exist.
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isDirectory) return [await inputIn(path, language)]
  const names = (await readdir(path)).filter((name) => name.endsWith('.json')).toSorted()
  if (names.length === 0) throw usageError(texts[language].noPactIn(path))
  return Promise.all(names.map((name) => inputIn(join(path, name), language)))
}

async function inputIn(file: string, language: Language): Promise<Input> {
  const bytes = await readUpTo(file, RECORDING_BYTES, language)
  const json = parseJsonObject(bytes)
  if (!json || !(isJsonObject(json.consumer) || isJsonObject(json.provider))) {
    const { exchanges, unread } = readRecording(bytes, file)
    const unreadTexts = unread.map(({ place, reason: { en, zh } }) => ({
      en: `${place}: ${en}`,
      zh: `${place}：${zh}`,
    }))
    return { file, exchanges, unread: unreadTexts }
  }
  const pact = readPact(bytes.toString('utf8'), file)
  return { file, consumer: pact.consumer, pact }
}

async function keysIn({ apiV3Key, platformKey }: PactReviewOptions, language: Language) {
  const { merchant, platform } = wellKnownIdentity()
  const keys = platformKey === undefined ? platformKeys(platform) : [await readVerificationKey(platformKey, language)]
  return {
    apiV3Key: apiV3Key ?? merchant.apiV3Key,
    keyOf: (serialNo: string) =>
      keys.find((key) => key.serialNo === undefined || key.serialNo === serialNo.toUpperCase())?.publicKey,
  }
}

function report(all: readonly Reviewed[], language: Language): string {
  const own = texts[language]
  const lines = all.flatMap(({ consumer, files, size, findings, notJudged }) => [
    consumer === undefined
      ? own.recording(listed(files, language), size)
      : own.contract(consumer, listed(files, language)),
    ...[...Map.groupBy(findings, ({ rule }) => rule)].flatMap(([name, places]) => {
      const rule = reviewRules[name]
      const sources = sourcesOf(rule).map(({ title, url }) => `${title} ${url}`)
      return [
        `  ${own.severities[rule.severity]}  ${own.named(name, rule.wrong[language])}`,
        ...places.map(({ where }) => `        - ${where[language]}`),
        `        ${rule.todo[language]}`,
        `        ${own.named(reportTexts[language].known[rule.evidence], listed(sources, language))}`,
      ]
    }),
    ...(findings.length === 0 ? [`  ${own.nothing}`] : []),
    ...notJudged.map((what) => `  ${own.notJudged(what[language])}`),
  ])
  return [...lines, own.sum(count(all, 'must'), count(all, 'should'))].map((line) => `${oneLine(line)}\n`).join('')
}

function count(all: readonly Reviewed[], severity: ReviewRule['severity']): number {
  return all.flatMap(({ findings }) => findings).filter(({ rule }) => reviewRules[rule].severity === severity).length
}

function describe(all: readonly Reviewed[], ok: boolean, language: Language) {
  return {
    ok,
    must: count(all, 'must'),
    should: count(all, 'should'),
    reviewed: all.map(({ consumer, files, size, findings, notJudged }) => ({
      ...(consumer !== undefined && { consumer }),
      files,
      [consumer === undefined ? 'exchanges' : 'interactions']: size,
      findings: findings.map(({ rule, where }) => {
        const { severity, wrong, todo, evidence, source } = reviewRules[rule]
        return {
          rule,
          severity,
          where: where[language],
          wrong: wrong[language],
          todo: todo[language],
          evidence,
          sources: sourcesOf({ source }).map(({ url }) => url),
        }
      }),
      not_judged: notJudged.map((what) => what[language]),
    })),
  }
}
