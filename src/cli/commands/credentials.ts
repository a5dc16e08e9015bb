import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import type { CredentialsJson } from '../../control/answer-format.ts'
import { parseBaseUrl } from '../base-url.ts'
import { choiceOption, type DefineCommand, option, textLike } from '../command.ts'
import { environmentFile } from '../credentials/environment-file.ts'
import { type CredentialFile, credentialFiles, writeFiles } from '../credentials/files.ts'
import { fetchCredentials, offlineCredentials } from '../credentials/sources.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { print, printJson } from '../output.ts'
import { DEFAULT_URL } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

const SNIPPETS = ['php', 'java', 'go', 'python', 'node'] as const
const FORMATS = ['text', 'json', 'env', 'files', ...SNIPPETS] as const

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

export const define: DefineCommand = (command, { texts }) => {
  const { credentials: own } = texts
  command
    .description(own.description)
    .addOption(choiceOption('--format <format>', own.format, FORMATS, texts).default('text'))
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{8,15}$/, own.mchidExpected)))
    .addOption(option('--url <url>', own.url, (text) => parseBaseUrl(text, texts)))
    .option('--offline', own.offline)
    .option('--control-token <token>', own.controlToken)
    .option('--out <directory>', own.out(DEFAULT_DIRECTORY))
    .option('--force', own.force)
    .addHelpText('after', `\n${own.after}`)
    .action(async () => {
      fillUrlFromEnvironment(command, texts)
      await showCredentials(command.opts<CredentialsOptions>(), texts)
    })
}

async function showCredentials(options: CredentialsOptions, texts: Texts): Promise<void> {
  const { credentials: own } = texts
  const { format, out } = options
  if (out !== undefined && format !== 'files') throw usageError(own.outOnlyWithFiles)
  const credentials = await credentialsFor(options, texts)

  switch (format) {
    case 'text':
      return options.json ? printJson(credentials) : print(asText(credentials, texts))
    case 'json':
      return options.json ? printJson(credentials) : print(`${JSON.stringify(credentials, null, 2)}\n`)
    case 'env':
      return show('env', environmentFile(credentials), options)
    case 'files': {
      const directory = out ?? DEFAULT_DIRECTORY
      const files = credentialFiles(credentials, texts)
      const written = await writeFiles(directory, files, options.force ?? false, texts)
      return options.json
        ? printJson({ format, files: written })
        : print(written.map((path, i) => `${path}  ${describe(files[i])}\n`).join(''))
    }
    default: {
      const { snippet } = await import('../../client-process/snippet.ts')
      return show(format, await snippet(format, credentials, texts), options)
    }
  }
}

function describe(file: CredentialFile | undefined): string {
  return file?.description ?? ''
}

function show(format: string, snippet: string, { json }: CredentialsOptions): Promise<void> {
  return json ? printJson({ format, snippet }) : print(snippet)
}

function credentialsFor(options: CredentialsOptions, texts: Texts): CredentialsJson | Promise<CredentialsJson> {
  const { url, offline, mchid, controlToken } = options
  if (url !== undefined && !offline) return fetchCredentials(url, { mchid, token: controlToken }, texts)
  if (mchid !== undefined && mchid !== wellKnownCredentials.mchid) {
    throw usageError(texts.credentials.onlyWellKnown(mchid, wellKnownCredentials.mchid))
  }
  return offlineCredentials(url ?? DEFAULT_URL)
}

/** The short values, for reading; keys as PEM are what the other formats are for. */
function asText(credentials: CredentialsJson, { credentials: own }: Texts): string {
  const { labels } = own
  const rows = [
    [labels.mchid, credentials.mchid],
    [labels.serial, credentials.merchant_serial_no],
    [labels.apiV3Key, credentials.api_v3_key],
    ...credentials.platform_certificates.map(({ serial_no }) => [labels.platformSerial, serial_no]),
    ...(credentials.platform_public_key ? [[labels.publicKeyId, credentials.platform_public_key.id]] : []),
    [labels.url, credentials.base_url],
  ]
  return `${rows.map(([label, value]) => `${label}: ${value}\n`).join('')}\n${own.more(SNIPPETS.join('|'))}\n`
}
