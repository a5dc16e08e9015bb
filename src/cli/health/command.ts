import { type HealthJson, healthJson } from '../../control/answer-format.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { DefineCommand } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { print, printJson, warn } from '../output.ts'
import { connect, DEFAULT_URL, refusalText, urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { texts } from './texts.ts'

interface HealthOptions {
  readonly url: string
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .addOption(urlOption(own.url, language).default(DEFAULT_URL))
    .addRemarks(own.after)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await report(command.opts<HealthOptions>(), language)
    })
}

async function report({ url, json }: HealthOptions, language: Language): Promise<void> {
  try {
    const health = await ask(url, language)
    await (json ? printJson(health) : print(`${texts[language].up(url, health.version)}\n`))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code } = error
    const { noMockAt, refusedAt } = commonTexts[language].runningMock
    const reason = code === 'MOCK_UNREACHABLE' ? noMockAt(url) : refusedAt(url, refusalText(error, language))
    process.exitCode = 1
    await (json ? printJson({ code, message: reason }) : warn(reason))
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
