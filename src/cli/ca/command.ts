import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { formatInstant } from '../../protocol/instant.ts'
import { shellQuote } from '../../shared/shell.ts'
import { createCertificateAuthority, renewCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type TrustFiles, trustFilesIn } from '../../tls/trust-files.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { DEFAULT_DATA_DIRECTORY, dataDirectoryOption } from '../data-directory.ts'
import { fillSomeFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { print, printJson } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { fetchAuthority, writeForeignAuthority } from './fetch-authority.ts'
import { texts } from './texts.ts'
import { type TrustLines, trustLines } from './trust-lines.ts'

interface CaOptions {
  readonly dataDir: string
  readonly url?: string
  readonly controlToken?: string
  readonly out?: string
  readonly pem?: boolean
  readonly renew?: boolean
  readonly remove?: boolean
  readonly json?: boolean
}

/** Directory for files about the certificate of a running mock. */
const FETCHED_DIRECTORY = 'wechatpay-mock-ca'

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .addOption(dataDirectoryOption(language))
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .option('--out <directory>', own.out(FETCHED_DIRECTORY))
    .option('--pem', own.pem)
    .option('--renew', own.renew)
    .option('--remove', own.remove)
    .addRemarks(own.after)
    .action(async () => {
      fillSomeFromEnvironment(command, ['dataDir'])
      const options = command.opts<CaOptions>()
      checkTogether(options, command.getOptionValueSource('dataDir') === 'cli', language)
      await (options.remove ? remove(options, language) : show(options, language))
    })
}

/** @throws UsageError for options that exclude each other */
function checkTogether({ url, out, pem, renew, remove }: CaOptions, namesDirectory: boolean, language: Language): void {
  const own = texts[language]
  if (remove && (pem || renew)) throw usageError(own.removeAlone)
  if (pem && out !== undefined) throw usageError(own.notTogether('--pem', '--out'))
  if (url === undefined) {
    if (out !== undefined) throw usageError(own.outOnlyWithUrl)
    return
  }
  const other = renew ? '--renew' : remove ? '--remove' : namesDirectory ? '--data-dir' : undefined
  if (other !== undefined) throw usageError(own.notTogether('--url', other))
}

async function show(options: CaOptions, language: Language): Promise<void> {
  const { dataDir, url, controlToken, out = FETCHED_DIRECTORY, renew, pem: onlyPem, json } = options
  if (renew) await renewCertificateAuthority(dataDir)
  const pem =
    url === undefined
      ? await createCertificateAuthority({ directory: dataDir }).certificate()
      : await fetchAuthority(url, controlToken, language)
  if (onlyPem) return json ? printJson({ pem }) : print(pem)

  if (url !== undefined) await writeForeignAuthority(out, pem, language)
  const certificate = new X509Certificate(pem)
  const files = trustFilesIn(url === undefined ? dataDir : out)
  const lines = trustLines(files, certificate, process.platform)
  if (json) return printJson(asJson(pem, certificate, files, lines))
  return print(asText(options, { certificate, files, lines }, language))
}

async function remove({ dataDir, json }: CaOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { removeAuthority } = await import('../../tls/authority-directory.ts')
  const removed = await removeAuthority(dataDir)
  if (json) return printJson({ removed })
  if (removed.length === 0) return print(`${own.nothingToRemove(resolve(dataDir))}\n`)
  return print(`${removed.map((path) => `${own.removed(path)}\n`).join('')}${own.removedNote}\n`)
}

function asJson(pem: string, certificate: X509Certificate, files: TrustFiles, lines: readonly TrustLines[]): object {
  return {
    certificate: files.certificate,
    fingerprint_sha256: certificate.fingerprint256,
    valid_until: validUntil(certificate),
    bundle: files.bundle,
    java_trust_store: files.javaTrustStore,
    php_ini: files.phpIni,
    pem,
    trust: lines,
  }
}

/** Facts about a CA, as shown to the user. */
interface Shown {
  readonly certificate: X509Certificate
  readonly files: TrustFiles
  readonly lines: readonly TrustLines[]
}

function asText({ dataDir, url }: CaOptions, { certificate, files, lines }: Shown, language: Language): string {
  const own = texts[language]
  const { labels } = own
  const { fact } = commonTexts[language]
  const until = validUntil(certificate)
  const facts = [
    [labels.certificate, files.certificate],
    [labels.fingerprint, certificate.fingerprint256],
    [labels.validUntil, url === undefined ? own.renewedLater(until) : until],
  ]
  const title = [url === undefined ? own.ofDirectory(files.directory) : own.ofMock(url), own.signsFor]
  const directory = dataDir === DEFAULT_DATA_DIRECTORY ? '' : ` --data-dir ${shellQuote(dataDir)}`
  const runtimes = lines.map(({ runtime, trust, undo }) =>
    [own.runtimes[runtime], ...trust, ...undo.map((line) => own.undo(line))].join('\n  '),
  )
  return `${title.join(language === 'zh' ? '' : ' ')}\n${facts.map(([label = '', value = '']) => `${fact(label, value)}\n`).join('')}
${url === undefined ? own.trustTitle : own.trustTitleOfMock}

${runtimes.join('\n')}
${url === undefined ? `\n${own.removeHint(`wechatpay-mock ca --remove${directory}`)}\n` : ''}`
}

function validUntil({ validToDate }: X509Certificate): string {
  return formatInstant(validToDate.getTime())
}
