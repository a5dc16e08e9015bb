import { type HealthJson, healthJson } from '../../control/answer-format.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { defines } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { print, printJson, warn } from '../output.ts'
import { connect, troubleWith, urlHere, urlOption } from '../running-mock.ts'
import type { Language } from '../texts.ts'

const en = {
  description:
    'Asks a running mock whether it is up: exit code 0 if it is, 1 if it is not. It needs no control token. The health check of the container image.',
  url: 'address of the mock',
  after: `wechatpay-mock health --url http://wechatpay:8089
WECHATPAY_MOCK_URL gives the address too, as do WECHATPAY_MOCK_PORT and WECHATPAY_MOCK_HOST of serve; --url wins.
With --json: {"status":"ok","version"}, or {"code","message"} where it is not up.`,
  up: (url: string, version: string): string => `wechatpay-mock ${version} is up at ${url}`,
}

const zh: typeof en = {
  description: '询问运行中的模拟服务是否可用：可用时退出码为 0，否则为 1。不需要控制令牌。容器镜像用它做健康检查。',
  url: '模拟服务的地址',
  after: `wechatpay-mock health --url http://wechatpay:8089
也可用 WECHATPAY_MOCK_URL 给出地址，或沿用 serve 的 WECHATPAY_MOCK_PORT 和 WECHATPAY_MOCK_HOST，以 --url 为准。
加 --json 时输出 {"status":"ok","version"}；不可用时为 {"code","message"}。`,
  up: (url, version) => `wechatpay-mock ${version} 正在 ${url} 运行`,
}

const texts = { en, zh }

interface HealthOptions {
  readonly url: string
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  command.addOption(urlOption(own.url, language).default(urlHere())).action(async () => {
    fillUrlFromEnvironment(command)
    await report(command.opts<HealthOptions>(), language)
  })
})

async function report({ url, json }: HealthOptions, language: Language): Promise<void> {
  try {
    const health = await ask(url, language)
    await (json ? printJson(health) : print(`${texts[language].up(url, health.version)}\n`))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code } = error
    const message = troubleWith(url, error, language)
    process.exitCode = 1
    await (json ? printJson({ code, message }) : warn(message))
  }
}

async function ask(url: string, language: Language): Promise<HealthJson> {
  const control = await connect(url, undefined, language)
  const answer = healthJson.safeParse(await control.health())
  if (answer.success) return answer.data
  throw new UsageError('MOCK_NOT_A_MOCK', {
    en: 'What answers there is no wechatpay-mock.',
    zh: '应答的不是 wechatpay-mock。',
  })
}
