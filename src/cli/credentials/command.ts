import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import { environmentFile } from '../../client-setup/credentials.ts'
import { SNIPPET_LANGUAGE_NAMES } from '../../client-setup/snippet-languages.ts'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { choiceOption } from '../options.ts'
import { print, printJson } from '../output.ts'
import { DEFAULT_URL, fetchCredentials, mchidOption, urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { type CredentialFile, credentialFiles, writeFiles } from './files.ts'
import { texts } from './texts.ts'

const FORMATS = ['text', 'json', 'env', 'files', ...SNIPPET_LANGUAGE_NAMES] as const

interface CredentialsOptions {
  readonly format: (typeof FORMATS)[number]
  readonly mchid?: string
  readonly url?: string
  readonly offline?: boolean
  readonly controlToken?: string
  readonly out?: string
  readonly force?: boolean
  readonly json?: boolean
}

const DEFAULT_DIRECTORY = 'wechatpay-mock-credentials'

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .addOption(choiceOption('--format <format>', own.format, FORMATS, language).default('text'))
    .addOption(mchidOption(own.mchid, language))
    .addOption(urlOption(own.url, language))
    .option('--offline', own.offline)
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .option('--out <directory>', own.out(DEFAULT_DIRECTORY))
    .option('--force', own.force)
    .addRemarks(own.after)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await showCredentials(command.opts<CredentialsOptions>(), language)
    })
}

async function showCredentials(options: CredentialsOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { format, out } = options
  if (out !== undefined && format !== 'files') throw usageError(own.outOnlyWithFiles)
  const credentials = await credentialsFor(options, language)

  switch (format) {
    case 'text':
      return options.json ? printJson(credentials) : print(asText(credentials, language))
    case 'json':
      return options.json ? printJson(credentials) : print(`${JSON.stringify(credentials, null, 2)}\n`)
    case 'env':
      return show('env', environmentFile(credentials), options)
    case 'files': {
      const directory = out ?? DEFAULT_DIRECTORY
      const files = credentialFiles(credentials, language)
      const written = await writeFiles(directory, files, options.force ?? false, language)
      return options.json
        ? printJson({ format, files: written })
        : print(written.map((path, i) => `${path}  ${describe(files[i])}\n`).join(''))
    }
    default: {
      const { snippet } = await import('../../client-setup/snippets.ts')
      return show(format, snippet(format, credentials, language), options)
    }
  }
}

function describe(file: CredentialFile | undefined): string {
  return file?.description ?? ''
}

function show(format: string, snippet: string, { json }: CredentialsOptions): Promise<void> {
  return json ? printJson({ format, snippet }) : print(snippet)
}

function credentialsFor(options: CredentialsOptions, language: Language): CredentialsJson | Promise<CredentialsJson> {
  const { url, offline, mchid, controlToken } = options
  if (url !== undefined && !offline) {
    return fetchCredentials(url, { mchid, token: controlToken }, language, texts[language].noMockAt)
  }
  if (mchid !== undefined && mchid !== wellKnownCredentials.mchid) {
    throw usageError(texts[language].onlyWellKnown(mchid, wellKnownCredentials.mchid))
  }
  return offlineCredentials(url ?? DEFAULT_URL)
}

/** The credentials of a mock with default settings, in the shape of the control API. */
function offlineCredentials(baseUrl: string): CredentialsJson {
  const { platform_certificates, ...identity } = wellKnownCredentials
  return {
    ...identity,
    platform_certificates: [...platform_certificates],
    base_url: baseUrl,
    proxy_url: baseUrl,
    // Each machine makes a CA of its own.
    ca_certificate: null,
  }
}

/** The short values, for reading; PEM keys are left to the other formats. */
function asText(credentials: CredentialsJson, language: Language): string {
  const own = texts[language]
  const { labels } = own
  const { fact } = commonTexts[language]
  const rows = [
    [labels.mchid, credentials.mchid],
    [labels.serial, credentials.merchant_serial_no],
    [labels.apiV3Key, credentials.api_v3_key],
    ...credentials.platform_certificates.map(({ serial_no }) => [labels.platformSerial, serial_no]),
    ...(credentials.platform_public_key ? [[labels.publicKeyId, credentials.platform_public_key.id]] : []),
    [labels.url, credentials.base_url],
  ]
  return `${rows.map(([label = '', value = '']) => `${fact(label, value)}\n`).join('')}\n${own.more(SNIPPET_LANGUAGE_NAMES.join('|'))}\n`
}
