import { healthJson } from '../../control/answer-format.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { DefineCommand } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { print, printJson, warn } from '../output.ts'
import { connect, DEFAULT_URL, urlOption } from '../running-mock.ts'
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
    .addHelpText('after', `\n${own.after}`)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await report(command.opts<HealthOptions>(), language)
    })
}

async function report({ url, json }: HealthOptions, language: Language): Promise<void> {
  const control = await connect(url, undefined)
  try {
    const health = healthJson.parse(await control.health())
    await (json ? printJson(health) : print(`${texts[language].up(url, health.version)}\n`))
  } catch (error) {
    // Whatever else answers there, it is not a mock that is up.
    const code = error instanceof UsageError ? error.code : 'MOCK_NOT_A_MOCK'
    const message = commonTexts[language].runningMock.noMockAt(url)
    process.exitCode = 1
    await (json ? printJson({ code, message }) : warn(message))
  }
}
