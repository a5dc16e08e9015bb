import type { CredentialsJson } from '../../control/answer-format.ts'
import type { LeftOutCalls, PactRecorder } from '../../control/call.ts'
import { connectControl, type MockControl } from '../../mock-control.ts'
import type { ExchangeJson } from '../../products/json.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import type { Language, Texts } from '../../wire/shared/texts.ts'
import { LeftOut, leftOutCalls } from './conditions.ts'
import { interactionOf, type Recorder } from './interaction.ts'
import { callbackMessages, newInteractions } from './new-interactions.ts'
import { type PactFile, type PactInteraction, readPactFile, writePactFile } from './pact-file.ts'
import { type CreateMock, createReplay } from './replay.ts'

/** Options of a recording. */
export interface RecordPactOptions {
  /** The pact file; new interactions are merged into it. */
  readonly file: string
  /** The control of the mock that was called. */
  readonly control?: MockControl
  /** Address of the mock, if `control` is not given. Default: `http://127.0.0.1:8089`. */
  readonly url?: string
  /** Its control token. */
  readonly controlToken?: string
  /** Language of descriptions, and of reasons for leaving out calls; names of states are the same in any. Default: `en`. */
  readonly language?: Language
  /** Default: the one in the file, or else `wechatpay-client`. */
  readonly consumer?: string
  /** Default: the one in the file, or else `wechatpay`. */
  readonly provider?: string
  /** Only calls of this operation, e.g. `associateTradeInfo`, and no callbacks. */
  readonly operation?: string
  /** Only calls of this merchant, and callbacks for it. */
  readonly mchid?: string
}

/** The result of a recording. */
export interface PactRecording {
  readonly file: string
  readonly consumer: string
  readonly provider: string
  /** Number of calls in the journal. */
  readonly calls: number
  /** Number of attempts in the journal to deliver a callback. */
  readonly callbacks: number
  /** Interactions that are new in the file. If the list is empty, the file was not changed. */
  readonly added: readonly RecordedInteraction[]
  /** Number of interactions that existed before. */
  readonly kept: number
  /** Calls and callbacks that cannot become part of a contract, grouped by kind and reason. */
  readonly leftOut: readonly LeftOutCall[]
}

/** An interaction that was added. */
export interface RecordedInteraction {
  readonly description: string
  /** Names of its provider states. */
  readonly states: readonly string[]
}

/** Calls or callbacks that are not in the contract. */
export interface LeftOutCall extends Omit<LeftOutCalls, 'texts'> {
  readonly reason: string
}

/** Records like `recordPact` of the kit; `createMock` creates the mock on which calls are tried out. */
export async function recordPact(options: RecordPactOptions, createMock: CreateMock): Promise<PactRecording> {
  const { file, url = 'http://127.0.0.1:8089', controlToken, language = 'en', operation, mchid } = options
  const control =
    options.control ?? connectControl(url, { language, ...(controlToken !== undefined && { token: controlToken }) })
  const existing = await readPactFile(file)
  const names = namesFor(options, existing)
  const exchanges = await control.journal({
    ...(operation !== undefined && { operation, callbacks: 'no' }),
    ...(mchid !== undefined && { mchid }),
  })

  const { interactions, leftOut } = await interactionsOf(exchanges, {
    replay: createReplay(createMock),
    credentialsOf: rememberedCredentials(control),
    language,
  })
  const known = existing?.interactions ?? []
  const added = newInteractions(known, interactions, Date.now())
  if (added.length > 0) {
    await writePactFile(file, { ...(existing ?? emptyPact(names)), interactions: [...known, ...added] })
  }
  return {
    file,
    ...names,
    calls: exchanges.filter(({ callback }) => !callback).length,
    callbacks: exchanges.filter(({ callback }) => callback).length,
    added: added.map(({ description, providerStates = [] }) => ({
      description,
      states: providerStates.map(({ name }) => name),
    })),
    kept: known.length,
    leftOut: leftOutCalls(leftOut).map(({ texts, ...call }) => ({ ...call, reason: texts[language] })),
  }
}

export function createRecorder(createMock: CreateMock): PactRecorder {
  return async (exchanges, { credentialsOf, language, left, consumer = CONSUMER, provider = PROVIDER }) => {
    const recorder = { replay: createReplay(createMock), credentialsOf, language, left }
    // Only operations of the mock's own products are recorded, and they read its own tables.
    const { interactions, leftOut } = await interactionsOf(exchanges as readonly ExchangeJson[], recorder)
    const pact = { ...emptyPact({ consumer, provider }), interactions: newInteractions([], interactions, Date.now()) }
    return { pact, leftOut: leftOutCalls(leftOut) }
  }
}

const CONSUMER = 'wechatpay-client'
const PROVIDER = 'wechatpay'

function emptyPact({ consumer, provider }: { readonly consumer: string; readonly provider: string }): PactFile {
  return {
    consumer: { name: consumer },
    metadata: { pactSpecification: { version: '4.0' } },
    provider: { name: provider },
    interactions: [],
  }
}

function namesFor({ file, consumer, provider }: RecordPactOptions, existing: PactFile | undefined) {
  const names = {
    consumer: consumer ?? existing?.consumer.name ?? CONSUMER,
    provider: provider ?? existing?.provider.name ?? PROVIDER,
  }
  for (const side of ['consumer', 'provider'] as const) {
    if (existing && existing[side].name !== names[side]) {
      throw new UsageError('MOCK_PACT_FILE', {
        en: `${file} has the ${side} ${existing[side].name}, not ${names[side]}: record into another file.`,
        zh: `${file} 的 ${side} 是 ${existing[side].name}，不是 ${names[side]}，请录制到另一个文件。`,
      })
    }
  }
  return names
}

interface Unfit {
  readonly exchange: ExchangeJson
  readonly texts: Texts
}

async function interactionsOf(
  exchanges: readonly ExchangeJson[],
  recorder: Recorder,
): Promise<{ interactions: PactInteraction[]; leftOut: Unfit[] }> {
  const interactions: PactInteraction[] = []
  const leftOut: Unfit[] = []
  for (const exchange of exchanges) {
    // Trying one out takes milliseconds, and other clients may be using a running mock.
    await giveWay(recorder.left)
    try {
      interactions.push(...(await interactionsOfOne(exchange, recorder)))
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error
      leftOut.push({ exchange, texts: error.texts })
    }
  }
  return { interactions, leftOut }
}

async function interactionsOfOne(exchange: ExchangeJson, recorder: Recorder): Promise<readonly PactInteraction[]> {
  if (!exchange.callback) return [await interactionOf(exchange, recorder)]
  const { credentialsOf, language } = recorder
  const credentials = exchange.mchid === undefined ? undefined : await credentialsOf(exchange.mchid)
  return callbackMessages(exchange, credentials, language)
}

function rememberedCredentials(control: MockControl): (mchid: string) => Promise<CredentialsJson | undefined> {
  const known = new Map<string, Promise<CredentialsJson | undefined>>()
  return (mchid) => {
    const asked = known.get(mchid) ?? control.credentials(mchid).catch(ignoreUnknown)
    known.set(mchid, asked)
    return asked
  }
}

/** A merchant in the journal may no longer exist. */
function ignoreUnknown(error: unknown): undefined {
  if (error instanceof UsageError && error.code === 'MOCK_MERCHANT_UNKNOWN') return undefined
  throw error
}
