import {
  AUTHORITY_RENEWAL_MS,
  type Authority,
  SERVER_CERTIFICATE_MS,
  SERVER_CERTIFICATE_RENEWAL_MS,
  type ServerCertificate,
} from './authority.ts'

/**
 * Caches a value, and makes a new one on demand when it is no longer good. Concurrent callers share the new value; after a failure the next caller
 * tries again.
 *
 * @param isGood whether the value may still be used
 * @param make receives the expired value, if there was one
 */
function renewed<Value>(
  isGood: (value: Value) => boolean | Promise<boolean>,
  make: (old: Value | undefined) => Promise<Value>,
): () => Promise<Value> {
  let value: Value | undefined
  let pending: Promise<Value> | undefined
  const get = async (): Promise<Value> => {
    if (value !== undefined && (await isGood(value))) return value
    value = await make(value)
    return value
  }
  return () => {
    pending ??= get().finally(() => {
      pending = undefined
    })
    return pending
  }
}

/** The CA of this machine's mock. Its certificates are valid only for WeChat Pay's hosts, `localhost` and loopback. */
export interface CertificateAuthority {
  /** PEM of the CA's certificate, created with the first call. */
  certificate(): Promise<string>
  /** Key and chain of the TLS server for all WeChat Pay hosts, localhost, 127.0.0.1 and ::1. Created on demand, kept, and renewed before they expire. */
  serverCertificate(): Promise<ServerCertificate>
}

/** Where to keep a CA, and the clock for its validity. */
interface CertificateAuthorityOptions {
  /** Created if needed. Left out: the CA is only kept in memory. */
  readonly directory?: string
  /** Epoch milliseconds. Default: the machine's clock, since clients judge certificates by theirs. */
  readonly now?: () => number
}

/** How often the directory is checked for a CA of another process. */
const LOOK_MS = 1_000

/**
 * A CA that is created, or read from its directory, on first use. Several processes may share a directory: they end up with the same CA.
 *
 * Both methods throw AuthorityError `MOCK_CA` if the directory cannot be used, or if its files are foreign, damaged or open to other users; the next
 * call tries again.
 */
export function createCertificateAuthority(options: CertificateAuthorityOptions = {}): CertificateAuthority {
  const { directory, now = Date.now } = options
  const authority = directory === undefined ? inMemory(now) : inDirectory(directory, now)
  const leaf = renewed(
    async ({ from, until, root }) =>
      (await authority()).root === root && lasts({ from, until }, SERVER_CERTIFICATE_RENEWAL_MS, now()),
    async () => {
      const issuing = await authority()
      const { issueServerCertificate } = await import('./issue-certificates.ts')
      return { ...(await issueServerCertificate(issuing, now())), root: issuing.root }
    },
  )
  return {
    certificate: async () => (await authority()).root,
    serverCertificate: async () => {
      const { key, certificate } = await leaf()
      return { key, certificate }
    },
  }
}

/** Creates a new CA in a directory, replacing any other. @throws AuthorityError */
export async function renewCertificateAuthority(directory: string): Promise<void> {
  const { addAuthority, newestGeneration, publishAuthority } = await import('./authority-directory.ts')
  const { issueAuthority } = await import('./issue-certificates.ts')
  const generation = await newestGeneration(directory)
  await publishAuthority(directory, await addAuthority(directory, generation, await issueAuthority(Date.now())))
}

function inMemory(now: () => number): () => Promise<Authority> {
  return renewed(
    (authority) => outlivesLeaf(authority, now()),
    async () => (await import('./issue-certificates.ts')).issueAuthority(now()),
  )
}

function inDirectory(directory: string, now: () => number): () => Promise<Authority> {
  let lookedAt = 0
  const stored = renewed(
    async ({ authority, generation }) => {
      if (!outlivesLeaf(authority, now())) return false
      if (Math.abs(now() - lookedAt) < LOOK_MS) return true
      const { newestGeneration } = await import('./authority-directory.ts')
      lookedAt = now()
      return (await newestGeneration(directory)) === generation
    },
    async () => {
      const { addAuthority, publishAuthority, readAuthority } = await import('./authority-directory.ts')
      const { hasCurrentConstraints, issueAuthority } = await import('./issue-certificates.ts')
      let found = await readAuthority(directory)
      if (!found || !lasts(found.authority, AUTHORITY_RENEWAL_MS, now()) || !hasCurrentConstraints(found.authority)) {
        found = await addAuthority(directory, found?.generation ?? 0, await issueAuthority(now()))
      }
      lookedAt = now()
      return publishAuthority(directory, found)
    },
  )
  return async () => (await stored()).authority
}

/** Whether a CA outlives a server certificate issued now. */
function outlivesLeaf(authority: Authority, now: number): boolean {
  return lasts(authority, SERVER_CERTIFICATE_MS, now)
}

function lasts({ from, until }: { readonly from: number; readonly until: number }, ms: number, now: number): boolean {
  return from <= now && until - now >= ms
}
