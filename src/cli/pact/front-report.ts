import { MESSAGES_PATH, STATES_PATH } from '../../../contracts/kit/front-paths.ts'
import type { ProviderAnswer } from '../../../contracts/kit/provider-answer.ts'
import { shortened } from '../../wire/shared/texts.ts'
import { columnsOf, oneLine } from '../output.ts'
import type { Language } from '../texts.ts'

const en = {
  orInJunit: '(Maven, Gradle), or in JUnit 5 as docs/recipes/contracts-in-other-languages.md shows',
  theSdk: 'the SDK',
  passedOn: 'passed on ',
  unexpected: 'unexpected',
  failed: 'FAILED    ',
}

const zh: typeof en = {
  orInJunit: '（Maven、Gradle）；JUnit 5 的写法见 docs/recipes/contracts-in-other-languages.zh-CN.md',
  theSdk: 'SDK',
  passedOn: '已转发',
  unexpected: '约定外',
  failed: '失败  ',
}

const texts = { en, zh }

/** How to point each verifier at the front: one line each, in its own language. */
export function verifierLines(front: string, language: Language): string[] {
  const own = texts[language]
  const { port } = new URL(front)
  const states = front + STATES_PATH
  return inColumns([
    [
      'Pact CLI',
      `pact verifier -f pact.json --hostname 127.0.0.1 --port ${port} --state-change-url ${states} --state-change-teardown`,
    ],
    [
      'pact-python',
      `Verifier("wechatpay", host="127.0.0.1").add_transport(url="${front}").add_transport(protocol="message", port=${port}, path="${MESSAGES_PATH}").state_handler("${states}", teardown=True, body=True).add_source("pact.json").verify()`,
    ],
    [
      'pact-go',
      `VerifyRequest{Provider: "wechatpay", ProviderBaseURL: "${front}", ProviderStatesSetupURL: "${states}", PactFiles: []string{"pact.json"}}`,
    ],
    ['pact-jvm', `<stateChangeUrl>${states}</stateChangeUrl> ${own.orInJunit}`],
  ])
}

/** How to point each library at the front: its mock server on a fixed port, the SDK at the front's address. */
export function consumerLines(language: Language): string[] {
  const own = texts[language]
  return inColumns([
    ['pact-python', 'with pact.serve(port=1234):'],
    ['pact-go', 'NewV4Pact(MockHTTPProviderConfig{Consumer: "shop", Provider: "wechatpay", Port: 1234})'],
    ['pact-jvm', '@PactTestFor(providerName = "wechatpay", port = "1234")'],
    [own.theSdk, 'WECHATPAY_BASE_URL'],
  ])
}

function inColumns(rows: readonly (readonly [name: string, line: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => columnsOf(name)))
  return rows.map(([name, line]) => `  ${name}${' '.repeat(width - columnsOf(name))}  ${line}`)
}

/** A request or a message that came through a front, for people and programs. */
export interface PassedOn {
  readonly call: string
  /** Status of the answer to the verifier or the consumer; left out for a message, and if there was nobody to ask. */
  readonly status?: number
  readonly states?: readonly string[]
  /** Problems that a pact cannot express, or that kept it from being answered. */
  readonly reasons: readonly string[]
  /** The answer from behind the front: the contract may expect a refusal or not. */
  readonly answer?: ProviderAnswer
  /** Why no consumer's contract contains it; left out for a request that one contains. */
  readonly unexpected?: string
}

/** Longest excerpt of others' texts, in characters: the problem, without all the advice on it. */
const SHOWN_CHARACTERS = 300

/** A line for each exchange, and below it the problem, or why it was refused. */
export function passedOnLines(
  { call, status, states = [], reasons, answer, unexpected }: PassedOn,
  language: Language,
): string[] {
  const own = texts[language]
  const word = reasons.length > 0 ? own.failed : unexpected === undefined ? own.passedOn : own.unexpected
  const code = answer?.status === status ? answer?.code : undefined
  const given = states.length === 0 ? '' : `  [${states.map(inShort).join(' + ')}]`
  return [
    `  ${word}  ${[inShort(call), status, code && oneLine(code)].filter((part) => part !== undefined).join(' ')}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
    ...[unexpected, answer?.reason].flatMap((why) => (why === undefined ? [] : [`          ${inShort(why)}`])),
  ]
}

function inShort(text: string): string {
  return oneLine(shortened(text, SHOWN_CHARACTERS))
}
