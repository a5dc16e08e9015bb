import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError, type UsageErrorCode } from '../wire/protocol/errors.ts'
import { IS_SINGLE_EXECUTABLE } from '../wire/shared/node-version.ts'
import type { Texts } from '../wire/shared/texts.ts'

/**
 * The packages that parts of this one are used with, each in the oldest version that `npm run test:matrix` tests. The manifest allows any version, so
 * that it conflicts with nobody who uses none of these parts; a part checks when it is used.
 */
export const OLDEST_PEERS = {
  msw: '2.7',
  vitest: '3.2',
  '@pact-foundation/pact': '17.1',
  '@redis/client': '5.0',
  '@modelcontextprotocol/server': '2.0',
} as const

export type PeerName = keyof typeof OLDEST_PEERS

const CODES: Readonly<Record<PeerName, UsageErrorCode>> = {
  msw: 'MOCK_MSW',
  vitest: 'MOCK_VITEST',
  '@pact-foundation/pact': 'MOCK_PACT',
  '@redis/client': 'MOCK_STORE_CLIENT',
  '@modelcontextprotocol/server': 'MOCK_MCP',
}

/** Why a package cannot be used: it is not installed, or its version is too old. */
export type PeerFault = { readonly kind: 'missing' } | { readonly kind: 'too_old'; readonly version: string }

/**
 * Why an installed package cannot be used; `undefined` if it can. The single executable contains the packages it uses, whatever is installed beside
 * it.
 *
 * @param versionOf returns the installed version, `undefined` for a missing package
 */
export function peerFault(name: PeerName, versionOf = installedVersion): PeerFault | undefined {
  if (IS_SINGLE_EXECUTABLE) return undefined
  const version = versionOf(name)
  if (version === undefined) return { kind: 'missing' }
  return isOlder(version, OLDEST_PEERS[name]) ? { kind: 'too_old', version } : undefined
}

/** The use of a package. */
export interface PeerUse {
  /** The part that needs it, as the subject of a sentence. */
  readonly part: Texts
  /** A sentence on how to do without it. */
  readonly otherwise?: Texts
  readonly versionOf?: (name: PeerName) => string | undefined
}

/**
 * Checks that a package that a part of this one needs is installed, in a version that will do.
 *
 * @throws UsageError `MOCK_MSW_MISSING`, `MOCK_MSW_TOO_OLD` and so on, with the command that installs it
 */
export function checkPeer(name: PeerName, { part, otherwise, versionOf }: PeerUse): void {
  const fault = peerFault(name, versionOf)
  if (!fault) return
  const { en, zh } = whatToInstall(name, part, fault)
  throw new UsageError(`${CODES[name]}_${fault.kind === 'missing' ? 'MISSING' : 'TOO_OLD'}`, {
    en: otherwise ? `${en}. ${otherwise.en}` : en,
    zh: otherwise ? `${zh}。${otherwise.zh}` : zh,
  })
}

function whatToInstall(name: PeerName, part: Texts, fault: PeerFault): Texts {
  const oldest = `${name} ${OLDEST_PEERS[name]}`
  return fault.kind === 'missing'
    ? {
        en: `${part.en} needs ${oldest} or newer, which is not installed: npm install --save-dev ${name}`,
        zh: `${part.zh}需要 ${oldest} 或更高版本，但尚未安装，请运行 npm install --save-dev ${name}`,
      }
    : {
        en: `${part.en} needs ${oldest} or newer, and ${fault.version} is installed: npm install --save-dev ${name}@latest`,
        zh: `${part.zh}需要 ${oldest} 或更高版本，当前安装的是 ${fault.version}，请运行 npm install --save-dev ${name}@latest`,
      }
}

const require = createRequire(import.meta.url)

function installedVersion(name: PeerName): string | undefined {
  try {
    return (require(manifestOf(name)) as { version: string }).version
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** The manifest of a package, also of one that does not export it. */
function manifestOf(name: PeerName): string {
  try {
    return require.resolve(`${name}/package.json`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error
    const entry = require.resolve(name)
    const folder = entry.lastIndexOf(join('node_modules', name)) + join('node_modules', name).length
    return join(entry.slice(0, folder), 'package.json')
  }
}

/** Compares the first two numbers of a version. */
function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split('.').map(Number)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}
