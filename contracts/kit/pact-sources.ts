import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { fileFault } from '../../src/wire/shared/errors.ts'
import { listed, type Texts } from '../../src/wire/shared/texts.ts'
import type { BrokerClient } from './broker-client.ts'
import { synchronous } from './messages.ts'
import { connectBroker, fetchPact, type PactBroker, pactsOf } from './pact-broker.ts'
import { type PactDocument, pactFault, readPact } from './pact-document.ts'
import { ANSWER_BYTES } from './raw-http.ts'

/** Sources of pacts. */
export interface PactSources {
  readonly pactFiles: readonly string[]
  readonly pactUrls: readonly string[]
  /** Queried for pacts if neither files nor addresses are given. */
  readonly broker: PactBroker
  readonly provider: string
  readonly consumers: readonly string[] | undefined
  readonly allowEmpty: boolean
  /** Aborts the search. */
  readonly signal?: AbortSignal | undefined
}

/** A pact to verify. */
export interface PactToVerify {
  readonly pact: PactDocument
  /** Whether it may fail. */
  readonly pending: boolean
  /** Path of a local pact. */
  readonly file?: string
  /** Client that fetched it and publishes its results. */
  readonly client?: BrokerClient
}

/** A pact in a directory that belongs to another provider. */
export interface LeftOutPact {
  readonly file: string
  readonly provider: string
}

/** Pacts to verify, and those left out. */
export interface FoundPacts {
  readonly pacts: readonly PactToVerify[]
  readonly leftOut: readonly LeftOutPact[]
}

/**
 * Finds the pacts to verify, in a stable order.
 *
 * @throws UsageError `MOCK_PACT_FILE` for one that cannot be verified, `MOCK_PACT_NONE` for a source without anything to verify, `MOCK_PACT_BROKER`
 */
export async function findPacts(sources: PactSources): Promise<FoundPacts> {
  const { pactFiles, pactUrls, broker, provider, consumers, allowEmpty, signal } = sources
  const { pactBrokerUrl } = broker
  const pacts: PactToVerify[] = []
  const leftOut: LeftOutPact[] = []
  for (const path of pactFiles) {
    const found = await pactsAt(path, provider)
    if (found.pacts.length === 0 && !allowEmpty) throw nothingIn(path, provider, found.leftOut)
    pacts.push(...found.pacts)
    leftOut.push(...found.leftOut)
  }
  for (const url of pactUrls) {
    const client = connectBroker(url, broker, signal)
    pacts.push({ pact: ofProvider(await fetchPact(client, url), provider), pending: false, client })
  }
  if (pactFiles.length + pactUrls.length === 0 && pactBrokerUrl !== undefined) {
    const client = connectBroker(pactBrokerUrl, broker, signal)
    const brokered = await pactsOf(client, provider, broker)
    if (brokered.length === 0 && !allowEmpty) throw nothing(noneInBroker(client.url, provider))
    pacts.push(...brokered.map(({ pact, pending }) => ({ pact: ofProvider(pact, provider), pending, client })))
  }
  const wanted = consumers ? pacts.filter(({ pact }) => consumers.includes(pact.consumer)) : pacts
  if (!allowEmpty) {
    if (wanted.length === 0 && pacts.length > 0) throw nothing(noneOf(consumers ?? [], pacts))
    const empty = wanted.find(({ pact, pending }) => pact.size === 0 && !pending)
    if (empty) throw nothing(noInteractions(empty.pact.source))
  }
  return { pacts: wanted, leftOut }
}

/** The pact of a file, or those of the files in a directory, not including subdirectories. */
async function pactsAt(path: string, provider: string): Promise<FoundPacts> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause)
  })
  if (!found.isDirectory()) {
    const pact = ofProvider(await pactIn(path), provider)
    return { pacts: [{ pact: withoutSynchronous(pact), pending: false, file: path }], leftOut: [] }
  }
  const names = (await readdir(path)).filter((name) => name.endsWith('.json'))
  const pacts: PactToVerify[] = []
  const leftOut: LeftOutPact[] = []
  for (const file of names.toSorted().map((name) => join(path, name))) {
    const pact = await pactIn(file)
    if (pact.provider === provider) pacts.push({ pact: withoutSynchronous(pact), pending: false, file })
    else leftOut.push({ file, provider: pact.provider })
  }
  return { pacts, leftOut }
}

async function pactIn(file: string): Promise<PactDocument> {
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  if (size > ANSWER_BYTES) throw pactFault(file, TOO_LARGE)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(file, cause)
  })
  return readPact(text, file)
}

/** @throws UsageError `MOCK_PACT_FILE` for a contract with somebody else, which this provider could not satisfy */
function ofProvider(pact: PactDocument, provider: string): PactDocument {
  if (pact.provider !== provider) throw pactFault(pact.source, otherProvider(pact.provider, provider))
  return pact
}

/** @throws UsageError `MOCK_PACT_FILE`. A pact from a broker is verified anyway, so that its consumer is told. */
function withoutSynchronous(pact: PactDocument): PactDocument {
  const [first] = pact.synchronous
  if (first === undefined) return pact
  const { en, zh } = synchronous(first).texts
  throw pactFault(pact.source, { en: `: ${en}`, zh: `：${zh}` })
}

/** The error for a source without anything to verify. */
function nothing(why: Texts): UsageError {
  return new UsageError('MOCK_PACT_NONE', {
    en: `There is nothing to verify: ${why.en}.`,
    zh: `没有可验证的契约：${why.zh}。`,
  })
}

function unreadable(file: string, cause: NodeJS.ErrnoException): UsageError {
  const { en, zh } = fileFault(cause)
  return pactFault(
    file,
    {
      en: ` cannot be read: ${en}. The tests of its consumer write it.`,
      zh: ` 无法读取：${zh}。契约文件由其消费者的测试生成。`,
    },
    cause,
  )
}

const TOO_LARGE: Texts = {
  en: ` is larger than ${ANSWER_BYTES / 1_048_576} MB: no pact is.`,
  zh: ` 大于 ${ANSWER_BYTES / 1_048_576} MB，不会是契约。`,
}

const otherProvider = (found: string, provider: string): Texts => ({
  en: ` is a contract with "${found}", not with "${provider}": leave it out, or set the provider to "${found}".`,
  zh: ` 是与“${found}”的契约，不是与“${provider}”的契约，请去掉它，或把提供方设为“${found}”。`,
})

function nothingIn(directory: string, provider: string, leftOut: readonly LeftOutPact[]): UsageError {
  if (leftOut.length === 0) {
    return nothing({
      en: `${directory} has no pact in a .json file; let the tests of consumers write theirs there`,
      zh: `${directory} 中没有 .json 格式的契约文件，请让消费者的测试把契约写到那里`,
    })
  }
  const others = [...new Set(leftOut.map((one) => `"${one.provider}"`))]
  return nothing({
    en: `${directory} has contracts with ${listed(others, 'en')}, and none with "${provider}"; give the provider's name as the contracts have it`,
    zh: `${directory} 中只有与 ${listed(others, 'zh')} 的契约，没有与“${provider}”的契约，请按契约中的写法给出提供方名称`,
  })
}

const noneInBroker = (url: string, provider: string): Texts => ({
  en: `${url} has no pacts with "${provider}" that are selected; check the provider's name and the consumer version selectors`,
  zh: `${url} 没有选中的与“${provider}”的契约，请检查提供方名称和消费者版本的选择条件`,
})

function noneOf(consumers: readonly string[], pacts: readonly PactToVerify[]): Texts {
  const wanted = consumers.map((name) => `"${name}"`)
  const found = [...new Set(pacts.map(({ pact }) => `"${pact.consumer}"`))]
  return {
    en: `no pact is one of ${listed(wanted, 'en')}, there are those of ${listed(found, 'en')}; give the consumers' names as the pacts have them`,
    zh: `没有 ${listed(wanted, 'zh')} 的契约，只有 ${listed(found, 'zh')} 的契约，请按契约中的写法给出消费者名称`,
  }
}

const noInteractions = (source: string): Texts => ({
  en: `${source} has no interactions; have the tests of its consumer write it again`,
  zh: `${source} 中没有交互，请让其消费者的测试重新生成`,
})
