import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import lock from './node-builds.json' with { type: 'json' }

/** A build of Node that goes into an executable, with the Subresource Integrity of its tarball. */
export interface NodeBuild {
  /** The npm package that has it; without one, the archive of the project's own downloads. */
  readonly package?: string
  readonly archive?: string
  readonly integrity: string
}

/** Where Node publishes archives, for platforms whose npm package lacks this version. */
const DOWNLOADS = `https://nodejs.org/dist/v${lock.version}/`

export const NODE_VERSION = lock.version

/** The locked build of a platform, such as `linux-x64`. @throws Error for a platform that has none */
export function nodeBuildOf(platform = `${process.platform}-${process.arch}`): NodeBuild {
  const builds: Readonly<Record<string, NodeBuild>> = lock.builds
  const build = builds[platform]
  if (build) return build
  throw new Error(`tools/binary/node-builds.json has no Node for ${platform}: add it with the integrity of its tarball`)
}

/** @throws Error if bytes are not those of an integrity, such as `sha512-…` @internal */
export function checkIntegrity(bytes: Uint8Array, integrity: string, name: string): void {
  const [algorithm = ''] = integrity.split('-')
  const found = `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`
  if (found !== integrity) throw new Error(`${name} is not the one of the lock file: ${found} in place of ${integrity}`)
}

/**
 * Fetches the locked Node of this platform, checks it, and unpacks it into a folder.
 *
 * @returns the executable and its licence
 */
export async function unpackLockedNode(folder: string): Promise<{ executable: string; licence: string }> {
  const build = nodeBuildOf()
  const name = build.package === undefined ? (build.archive ?? '') : `${build.package}@${NODE_VERSION}`
  mkdirSync(folder, { recursive: true })
  const tarball = join(folder, 'node.tgz')
  const bytes = build.package === undefined ? await download(name) : packed(name, folder)
  checkIntegrity(bytes, build.integrity, name)
  writeFileSync(tarball, bytes)
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components', '1'])
  return {
    executable: join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    licence: readFileSync(join(folder, 'LICENSE'), 'utf8'),
  }
}

function packed(name: string, folder: string): Buffer {
  const options = ['--prefer-offline', '--json', '--pack-destination', folder]
  const said = execFileSync('npm', ['pack', name, ...options], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const [{ filename }] = JSON.parse(said) as [{ filename: string }]
  return readFileSync(join(folder, filename))
}

async function download(name: string): Promise<Buffer> {
  const answer = await fetch(new URL(name, DOWNLOADS))
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}
