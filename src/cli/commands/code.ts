import { CODE_FORM_NAMES, type CodeFormName } from '../../control/client-setup/snippet-languages.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { choiceOption } from '../options.ts'
import { print, printJson } from '../output.ts'
import { askAt, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Prints a call of the journal of a running mock as a program that makes it with an SDK, as a test that also looks at the answer, or as a Pact contract; a callback as a program that receives it.',
  id: 'Request-ID of the call; the latest call if left out',
  as: 'which program, test or contract',
  url: 'address of the mock; WECHATPAY_MOCK_URL if left out',
  after: `wechatpay-mock code --as java > WechatPayMockCall.java
wechatpay-mock code 08F0E5A3C1 --as pytest > test_call.py`,
  asNeeded: (forms: string): string => `Say as what, with --as: ${forms}`,
  noCalls: 'The journal has no calls: make one first',
}

const zh: typeof en = {
  description:
    '把运行中的模拟服务的一条请求记录输出为程序（用 SDK 发出同样的请求）、测试（还会检查应答）或 Pact 契约；回调则输出为接收它的程序。',
  id: '请求的 Request-ID；不写则为最近的请求',
  as: '哪种程序、测试或契约',
  url: '模拟服务的地址；不写则取 WECHATPAY_MOCK_URL',
  after: en.after,
  asNeeded: (forms) => `请用 --as 写明形式：${forms}`,
  noCalls: '请求记录中没有请求，请先发出一个',
}

const texts = { en, zh }

interface CodeOptions {
  readonly as?: CodeFormName
  readonly url: string
  readonly controlToken?: string
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[request-id]', own.id)
    .addOption(choiceOption('--as <form>', own.as, CODE_FORM_NAMES, language))
    .addOption(urlOption(own.url, language).default(urlHere()))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async (id: string | undefined) => {
      fillUrlFromEnvironment(command)
      await showCode(id, command.opts<CodeOptions>(), language)
    })
})

async function showCode(
  given: string | undefined,
  { as, url, controlToken, json }: CodeOptions,
  language: Language,
): Promise<void> {
  const own = texts[language]
  if (!as) throw usageError(own.asNeeded(listed(CODE_FORM_NAMES, language)))
  const code = await askAt(url, controlToken, language, async (control) => {
    const id = given ?? (await control.journalPage({ callbacks: 'no', limit: 1 })).items[0]?.id
    return id === undefined ? undefined : control.exchangeCode(id, { as, lang: language })
  })
  if (!code) throw usageError(own.noCalls)
  await (json ? printJson(code) : print(code.text))
}
