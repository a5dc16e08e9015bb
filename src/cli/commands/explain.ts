import { UPLOAD_LIMIT } from '../../engine/http-message.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { explainExchange } from '../explain/answer.ts'
import { type Explanation, report, texts, type Wording } from '../explain/explanation.ts'
import { explainMessage, type MessageOptions } from '../explain/message.ts'
import { nameOf, readUpTo } from '../files.ts'
import { option, parseTime, textLike } from '../options.ts'
import { urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language, loadDiagnosisTexts } from '../texts.ts'
import { readVerificationKey } from '../verification.ts'

interface ExplainOptions extends MessageOptions {
  readonly bodyFile?: string
  readonly key?: string
  readonly certificate?: string
  readonly id?: string
  readonly json?: boolean
}

/** Size of the largest message that any mock accepts, with its head. */
const INPUT_LIMIT = UPLOAD_LIMIT + 65_536

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[file]', own.file)
    .option('--response', own.response)
    .option('--callback', own.callback)
    .option('--body-file <file>', own.bodyFile)
    .option('--key <file>', own.key)
    .option('--certificate <file>', own.certificate)
    .addOption(
      option('--mchid <number>', own.mchid, textLike(/^\d{1,32}$/, commonTexts[language].runningMock.mchidExpected)),
    )
    .option('--api-v3-key <key>', own.apiV3Key)
    .option('--api-v2-key <key>', own.apiV2Key)
    .addOption(option('--clock <time>', own.clock, (text) => parseTime(text, language)))
    .addOption(option('--id <request-id>', own.id, textLike(/^[\w-]{1,80}$/, own.idExpected)))
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async (file: string | undefined) => {
      fillUrlFromEnvironment(command)
      const options = command.opts<ExplainOptions>()
      const all = { language, diagnosis: await loadDiagnosisTexts(language) }
      await report(await explain(file, options, all), options.json, all)
    })
})

async function explain(file: string | undefined, options: ExplainOptions, all: Wording): Promise<Explanation> {
  const { language } = all
  const { id, url, controlToken, key, certificate, response, callback } = options
  if (key !== undefined && certificate !== undefined) throw usageError(texts[language].oneKey)
  if (response && callback) throw usageError(texts[language].responseOrCallback)
  if (id !== undefined) {
    if (file !== undefined) throw usageError(texts[language].idOrFile)
    return explainExchange(id, { url: url ?? urlHere(), controlToken }, all)
  }
  return explainPasted(file ?? '-', options, all)
}

async function explainPasted(file: string, options: ExplainOptions, all: Wording): Promise<Explanation> {
  const { language } = all
  const { bodyFile } = options
  const input = await readBounded(file, INPUT_LIMIT, language)
  const body = bodyFile === undefined ? undefined : await readBounded(bodyFile, INPUT_LIMIT, language)
  const keyFile = options.certificate ?? options.key
  const given = keyFile === undefined ? undefined : await readVerificationKey(keyFile, language, 'private too')
  return explainMessage({ input, body, name: nameOf(file, language), given }, options, all)
}

/** @throws UsageError for a file that cannot be read, or is larger */
async function readBounded(path: string, limit: number, language: Language): Promise<Buffer> {
  const bytes = await readUpTo(path, limit, language)
  if (bytes.length > limit) throw usageError(texts[language].tooLarge(nameOf(path, language), limit))
  return bytes
}
