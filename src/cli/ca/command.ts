import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import { formatInstant } from '../../protocol/instant.ts'
import { createCertificateAuthority, renewCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type TrustFiles, trustFilesIn } from '../../tls/trust-files.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { dataDirectoryOption, explainAuthorityError } from '../data-directory.ts'
import { fillFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { print, printJson } from '../output.ts'
import { texts } from './texts.ts'
import { type TrustLines, trustLines } from './trust-lines.ts'

interface CaOptions {
  readonly dataDir: string
  readonly pem?: boolean
  readonly renew?: boolean
  readonly remove?: boolean
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .addOption(dataDirectoryOption(language))
    .option('--pem', own.pem)
    .option('--renew', own.renew)
    .option('--remove', own.remove)
    .addHelpText('after', `\n${own.after}`)
    .action(async () => {
      fillFromEnvironment(command, ['dataDir'])
      const options = command.opts<CaOptions>()
      if (options.remove && (options.pem || options.renew)) throw usageError(own.removeAlone)
      try {
        await (options.remove ? remove(options, language) : show(options, language))
      } catch (error) {
        throw explainAuthorityError(error, language)
      }
    })
}

async function show({ dataDir, pem: onlyPem, renew, json }: CaOptions, language: Language): Promise<void> {
  if (renew) await renewCertificateAuthority(dataDir)
  const pem = await createCertificateAuthority({ directory: dataDir }).certificate()
  if (onlyPem) return json ? printJson({ pem }) : print(pem)

  const certificate = new X509Certificate(pem)
  const files = trustFilesIn(dataDir)
  const lines = trustLines(files, certificate, process.platform)
  return json ? printJson(asJson(pem, certificate, files, lines)) : print(asText(certificate, files, lines, language))
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

function asText(
  certificate: X509Certificate,
  files: TrustFiles,
  lines: readonly TrustLines[],
  language: Language,
): string {
  const own = texts[language]
  const { labels } = own
  const facts = [
    [labels.certificate, files.certificate],
    [labels.fingerprint, certificate.fingerprint256],
    [labels.validUntil, own.renewedLater(validUntil(certificate))],
  ]
  const runtimes = lines.map(({ runtime, trust, undo }) =>
    [own.runtimes[runtime], ...trust, ...undo.map((line) => own.undo(line))].join('\n  '),
  )
  return `${own.title}\n${facts.map(([label, value]) => `${label}: ${value}\n`).join('')}
${own.trustTitle}

${runtimes.join('\n')}

${own.removeHint}
`
}

function validUntil({ validToDate }: X509Certificate): string {
  return formatInstant(validToDate.getTime())
}
