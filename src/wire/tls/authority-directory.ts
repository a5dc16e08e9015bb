import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, lstat, open, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeDirectory } from '../shared/make-directory.ts'
import { type Authority, AuthorityError, fromSystem } from './authority.ts'
import { presentTrustFiles, writeTrustFiles } from './trust-files.ts'

/**
 * Refuses files that another user could replace; files of root are trusted. The check applies to root too, who would trust a key that the other user
 * chose.
 *
 * @throws AuthorityError `other_user`
 */
function checkOwner({ uid }: { readonly uid: number }, path: string): void {
  const own = process.getuid?.()
  if (own === undefined || uid === own || uid === 0) return
  throw new AuthorityError('other_user', path)
}

/** A CA on disk. Each new one has a higher number, and the highest is current. */
export interface StoredAuthority {
  readonly authority: Authority
  readonly generation: number
}

const HEADER =
  '# wechatpay-mock, test only: the key of a CA for this machine. Show it to nobody; `wechatpay-mock ca --remove` deletes it.'
const KEY_FILE = /^ca-key-([1-9]\d{0,8})\.pem$/
/** Temporary files that a killed process may have left. */
const FRESH_FILE = /^ca-key-[1-9]\d{0,8}\.\d+-[0-9a-f]{8}\.new$/
const GITIGNORE = '.gitignore'
const IGNORE_ALL = '*\n'
const OTHERS_CAN_WRITE = 0o022
const OTHERS_CAN_DO_ANYTHING = 0o077
const SIZE_LIMIT = 65_536
/** Error codes of file systems without hard links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** The number of the current CA; 0 if the directory has no CA. */
export async function newestGeneration(directory: string): Promise<number> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fromSystem(error, resolve(directory))
  })
  return Math.max(0, ...names.map((name) => Number(KEY_FILE.exec(name)?.[1] ?? 0)))
}

/**
 * Reads the current CA.
 *
 * @returns `undefined` if the directory has no CA
 * @throws AuthorityError
 */
export async function readAuthority(directory: string): Promise<StoredAuthority | undefined> {
  for (;;) {
    const generation = await newestGeneration(directory)
    if (generation === 0) return undefined
    await checkDirectory(directory)
    const file = keyFile(directory, generation)
    try {
      return { generation, authority: parse(await readOwn(file), file) }
    } catch (error) {
      // Another process has replaced it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fromSystem(error, file)
    }
  }
}

/**
 * Stores a CA in the directory, creating it if needed. If several processes do so at once, the first one wins.
 *
 * @param after the number of the CA that it replaces; 0 for the first
 * @returns the current CA: this one, or that of another process
 * @throws AuthorityError
 */
export async function addAuthority(directory: string, after: number, authority: Authority): Promise<StoredAuthority> {
  try {
    await makeDirectory(resolve(directory), 0o700)
    await checkDirectory(directory)
    await hideFromGit(directory)
    await placeOnce(keyFile(directory, after + 1), format(authority))
  } catch (error) {
    throw fromSystem(error, resolve(directory))
  }
  const stored = await readAuthority(directory)
  if (!stored)
    throw new AuthorityError('unusable', resolve(directory), {
      reason: { en: 'it was removed again at once', zh: '刚保存就被删除' },
    })
  return stored
}

/** Writes the files that clients need to trust the current CA, and deletes earlier ones. @throws AuthorityError */
export async function publishAuthority(directory: string, stored: StoredAuthority): Promise<StoredAuthority> {
  let current = stored
  for (;;) {
    try {
      await writeTrustFiles(directory, current.authority.root)
      await forgetBefore(directory, current.generation)
    } catch (error) {
      throw fromSystem(error, resolve(directory))
    }
    // Another process may have stored a new CA meanwhile, whose files were just overwritten.
    const latest = await readAuthority(directory)
    if (!latest || latest.generation === current.generation) return current
    current = latest
  }
}

/**
 * Deletes everything that the mock has put into the directory, and the directory if it is then empty.
 *
 * @returns the deleted paths
 * @throws AuthorityError
 */
export async function removeAuthority(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fromSystem(error, resolve(directory))
  })
  try {
    const keys = names
      .filter((name) => KEY_FILE.test(name) || FRESH_FILE.test(name))
      .map((name) => join(resolve(directory), name))
    const own = await Promise.all(keys.map(hasHeader))
    const removed = [...keys.filter((_, i) => own[i]), ...(await presentTrustFiles(directory))]
    const ignore = join(resolve(directory), GITIGNORE)
    const rest = names.filter((name) => !removed.includes(join(resolve(directory), name)))
    if (rest.length === 1 && rest[0] === GITIGNORE && (await startOf(ignore)) === IGNORE_ALL) removed.push(ignore)
    for (const path of removed) await rm(path, { force: true })
    if (removed.length > 0 && removed.length === names.length) await rmdir(directory)
    return removed
  } catch (error) {
    throw fromSystem(error, resolve(directory))
  }
}

/** The path of a CA's private key. @internal */
export function keyFile(directory: string, generation: number): string {
  return join(resolve(directory), `ca-key-${generation}.pem`)
}

function format({ issuerKey, issuer, root }: Authority): string {
  return `${HEADER}\n${issuerKey}${issuer}${root}`
}

/** @throws AuthorityError `foreign` or `damaged` */
function parse(text: string, file: string): Authority {
  if (!text.startsWith(HEADER)) throw new AuthorityError('foreign', file)
  const [issuerKey, issuer, root, ...more] =
    text.match(/-----BEGIN ([A-Z ]+)-----\n[\w+/=\n]+-----END \1-----\n/g) ?? []
  if (!issuerKey || !issuer || !root || more.length > 0) throw new AuthorityError('damaged', file)
  try {
    const rootCertificate = new X509Certificate(root)
    const issuerCertificate = new X509Certificate(issuer)
    const fits =
      rootCertificate.verify(rootCertificate.publicKey) &&
      issuerCertificate.verify(rootCertificate.publicKey) &&
      issuerCertificate.checkIssued(rootCertificate) &&
      issuerCertificate.checkPrivateKey(createPrivateKey(issuerKey))
    if (!fits) throw new AuthorityError('damaged', file)
    const { validFromDate, validToDate } = issuerCertificate
    return { root, issuer, issuerKey, from: validFromDate.getTime(), until: validToDate.getTime() }
  } catch {
    // No details about a private key that cannot be read.
    throw new AuthorityError('damaged', file)
  }
}

/** Reads a file that must belong to this user and be closed to others. The open file is checked, not its path. */
async function readOwn(path: string): Promise<string> {
  if (!(await lstat(path)).isFile()) throw new AuthorityError('foreign', path)
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    return await readChecked(file, path)
  } finally {
    await file.close()
  }
}

async function readChecked(file: FileHandle, path: string): Promise<string> {
  const { mode, uid, size } = await file.stat()
  checkOwner({ uid }, path)
  if (process.platform !== 'win32' && (mode & OTHERS_CAN_DO_ANYTHING) !== 0) throw new AuthorityError('too_open', path)
  if (size > SIZE_LIMIT) throw new AuthorityError('foreign', path)
  return await file.readFile('utf8')
}

/** Anyone who can write to the directory, or redirect the path to another one, could put their own CA there. */
async function checkDirectory(directory: string): Promise<void> {
  const path = resolve(directory)
  checkOwner(await lstat(path), path)
  const { mode, uid } = await stat(path)
  checkOwner({ uid }, path)
  if (process.platform !== 'win32' && (mode & OTHERS_CAN_WRITE) !== 0) throw new AuthorityError('too_open', path)
}

/** Only if the directory is empty: a user's project must not vanish from git. */
async function hideFromGit(directory: string): Promise<void> {
  const names = await readdir(directory)
  if (!names.every((name) => KEY_FILE.test(name) || FRESH_FILE.test(name))) return
  await writeFile(join(directory, GITIGNORE), IGNORE_ALL, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** Writes a file atomically, unless one of that name exists. */
async function placeOnce(path: string, content: string): Promise<void> {
  const fresh = path.replace(/\.pem$/, `.${process.pid}-${randomBytes(4).toString('hex')}.new`)
  try {
    await writeFile(fresh, content, { mode: 0o600, flag: 'wx', flush: true })
    await link(fresh, path).catch((error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.includes(error.code ?? '')) throw error
      return copyFile(fresh, path, constants.COPYFILE_EXCL)
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(fresh, { force: true })
  }
}

async function forgetBefore(directory: string, generation: number): Promise<void> {
  const names = await readdir(directory)
  const older = names.filter((name) => Number(KEY_FILE.exec(name)?.[1] ?? generation) < generation)
  for (const name of older) {
    const path = join(directory, name)
    if (await hasHeader(path)) await rm(path, { force: true })
  }
}

async function hasHeader(path: string): Promise<boolean> {
  return (await startOf(path)).startsWith(HEADER)
}

/** The first bytes of a file; empty if it does not exist or is not a regular file. */
async function startOf(path: string): Promise<string> {
  try {
    if (!(await lstat(path)).isFile()) return ''
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
