import { MESSAGES_PATH, STATES_PATH } from '../../../contracts/kit/front-paths.ts'
import type { Language } from '../language.ts'
import { columnsOf } from '../output.ts'
import { texts } from './texts.ts'

/** How to point each verifier at the front: one line each, in its own language. */
export function verifierLines(front: string, language: Language): string[] {
  const { front: own } = texts[language]
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
  const { front: own } = texts[language]
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
