import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PactsVerification } from '../../../contracts/kit/verify-pacts.ts'
import { packageFolder } from '../../control/package-files.ts'
import { type Evidence, UsageError } from '../../wire/protocol/errors.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'
import { onFirstSignal } from '../child.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { unwritable } from '../files.ts'
import { minEvidenceOption, timeoutOption } from '../options.ts'
import { oneLine, print, printJson, warn } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import { addBrokerOptions, type BrokerOptions, brokerIn, checkVersion, isAddress } from './broker-options.ts'
import { pactJunit, textReport } from './text-report.ts'

const en = {
  summary: 'verify pacts written in any language',
  description:
    'Verifies pacts written in any language, of specification 2, 3 or 4: sets provider states, signs each request afresh over the bytes that are sent, and checks the signature of every answer. Exit code 1 when an interaction fails or a result cannot be published, 2 when there is nothing to verify.',
  files: 'pact files, directories of them, or their addresses (http…)',
  url: 'address of a running mock, whose state is restored afterwards (default: WECHATPAY_MOCK_URL, or else one is started)',
  controlToken: 'its control token, if it has one',
  provider: 'name of the provider in the pacts',
  allowEmpty: 'let it pass if there is nothing to verify',
  junit: 'also write a JUnit report into this file',
  after: `wechatpay-mock pact verify pacts/my-shop-wechatpay.json --junit report.xml
wechatpay-mock pact verify pacts --url http://127.0.0.1:8089
wechatpay-mock pact verify --broker https://broker.example.com --publish "$(npx wechatpay-mock --version)"`,
  leftOut: (file: string, provider: string): string =>
    `${file} was left out: it is a contract with ${provider}; verify it with --provider if it is meant`,
  notInBinary:
    "This executable cannot verify pacts, since Pact's verifier is a native library: run npm ci && npm pack in a checkout, install the tarball and @pact-foundation/pact in your project, then npx wechatpay-mock pact verify",
  interrupted: 'Interrupted, so there is no report',
  failed: (message: string): string => `The verification could not be carried out: ${message}`,
  published: (results: number, version: string): string =>
    `${results} ${results === 1 ? 'result' : 'results'} published, of version ${version}`,
}

const zh: typeof en = {
  summary: '验证任何语言写的契约',
  description:
    '验证任何语言、规范 2、3、4 的契约文件：设置提供方状态，按实际发出的字节重新签名每个请求，并检查每个应答的签名。有一条不符合，或结果无法发布时，退出码为 1；没有可验证的契约时为 2。',
  files: '契约文件、目录或地址（http…）',
  url: '已在运行的模拟服务的地址，验证后恢复其状态（默认取 WECHATPAY_MOCK_URL，未设置则自行启动一个）',
  controlToken: '它的控制令牌（如果设置了）',
  provider: '契约中提供方的名称',
  allowEmpty: '没有可验证的契约时也算通过',
  junit: '同时把 JUnit 报告写入此文件',
  after: en.after,
  leftOut: (file, provider) => `未验证 ${file}：它是与 ${provider} 的契约；如需验证，请用 --provider`,
  notInBinary:
    '单文件版不能验证契约，因为 Pact 的验证器是原生库：请先在克隆的仓库里运行 npm ci && npm pack，在您的项目里安装打好的包和 @pact-foundation/pact，再运行 npx wechatpay-mock pact verify',
  interrupted: '验证已中断，没有生成报告',
  failed: (message) => `无法完成验证：${message}`,
  published: (results, version) => `已发布 ${results} 份结果，版本 ${version}`,
}

export const texts = { en, zh }

interface PactVerifyOptions extends BrokerOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly provider?: string
  readonly allowEmpty?: boolean
  /** Seconds. */
  readonly timeout: number
  readonly junit?: string
  readonly minEvidence?: Evidence
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[files...]', own.files)
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', own.controlToken)
    .option('--provider <name>', own.provider, 'wechatpay')
    .option('--allow-empty', own.allowEmpty)
    .addOption(timeoutOption(language))
    .option('--junit <file>', own.junit)
    .addOption(minEvidenceOption(language))
  addBrokerOptions(command)
  command.action(async (files: readonly string[]) => {
    fillUrlFromEnvironment(command)
    await verify(files, command.opts<PactVerifyOptions>(), language)
  })
})

async function verify(files: readonly string[], options: PactVerifyOptions, language: Language): Promise<void> {
  const { junit, json, publish } = options
  const own = texts[language]

  const result = await unlessInterrupted((signal) => verifyContracts(files, options, language, signal))
  if (!result) {
    process.exitCode = INTERRUPTED
    warn(own.interrupted)
    return
  }
  if (!result.ok) process.exitCode = 1
  for (const { file, provider } of result.leftOut) warn(own.leftOut(file, provider))
  if (json) await printJson(result)
  else {
    await print(textReport(result, language))
    if (publish !== undefined) await print(`${own.published(result.published, oneLine(publish))}\n`)
  }
  if (junit === undefined) return
  try {
    await makeDirectory(dirname(junit))
    await writeFile(junit, pactJunit(result, language))
  } catch (cause) {
    throw unwritable(junit, cause, language)
  }
}

/** Exit code that shells use for SIGINT. */
const INTERRUPTED = 130

/** Runs a task to its end, or until a signal comes; `undefined` if one came. */
async function unlessInterrupted<Result>(does: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined> {
  const interruption = new AbortController()
  const { signal } = interruption
  const ignore = onFirstSignal(() => interruption.abort())
  try {
    return await does(signal)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  } finally {
    ignore()
  }
}

/**
 * Verifies contracts from files, addresses or a broker.
 *
 * @throws UsageError in terms of the command line, when there is nothing to verify, or no verifier
 */
export async function verifyContracts(
  files: readonly string[],
  options: PactVerifyOptions,
  language: Language,
  signal?: AbortSignal,
): Promise<PactsVerification> {
  const own = texts[language]
  if (packageFolder() === undefined) throw usageError(own.notInBinary)
  const { url, controlToken, provider, allowEmpty, timeout, minEvidence } = options
  const broker = await brokerIn(options, files, language)
  // Loaded only here, since Pact is an optional dependency.
  const { verifyPacts } = await import('../../../contracts/kit/verify-pacts.ts')
  const { versionAt } = await import('../../../contracts/kit/target.ts')
  const mock = {
    ...(signal && { signal }),
    ...(url !== undefined && { url }),
    ...(controlToken !== undefined && { controlToken }),
  }
  if (options.publish !== undefined) {
    checkVersion(options, await versionAt({ ...mock, language, answerLimitMs: timeout * 1_000 }), language)
  }
  try {
    return await verifyPacts({
      pactFiles: files.filter((file) => !isAddress(file)),
      pactUrls: files.filter(isAddress),
      broker,
      language,
      timeoutMs: timeout * 1_000,
      ...mock,
      ...(provider !== undefined && { provider }),
      ...(allowEmpty && { allowEmpty }),
      ...(minEvidence && { minEvidence }),
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    switch (error.code) {
      case 'MOCK_PACT_MISSING':
      case 'MOCK_PACT_TOO_OLD':
      case 'MOCK_PACT_FILE':
      case 'MOCK_PACT_BROKER':
      case 'MOCK_NOT_A_MOCK':
        throw error
      case 'MOCK_PACT_NONE':
        throw inOptions(error)
      case 'MOCK_UNREACHABLE':
        throw usageError(commonTexts[language].runningMock.noMockAt(url ?? ''), error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}

/** An error of the function, reworded with the options of the command line. */
function inOptions({ code, texts: { en, zh } }: UsageError): UsageError {
  const said = (text: string) => text.replace('allowEmpty', '--allow-empty')
  return new UsageError(code, { en: said(en), zh: said(zh) })
}
