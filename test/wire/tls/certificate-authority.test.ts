import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  lchown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import forge from 'node-forge'
import { describe, expect } from 'vitest'
import { WECHATPAY_HOSTS } from '../../../src/wire/protocol/authorization.ts'
import { UsageError } from '../../../src/wire/protocol/errors.ts'
import { createCertificateAuthority, renewCertificateAuthority } from '../../../src/wire/tls/certificate-authority.ts'
import { NODE } from '../../cli/cli.ts'
import { placeAuthority, test } from './directory.ts'

const DAY = 86_400_000
const source = new URL('../../../src/wire/tls/certificate-authority.ts', import.meta.url).href
const exec = promisify(execFile)

/** The certificates of a chain, in order. */
function chainOf(pem: string): X509Certificate[] {
  return (pem.match(/-----BEGIN [\s\S]*?-----END CERTIFICATE-----\n/g) ?? []).map((one) => new X509Certificate(one))
}

/** One extension as forge reads it: whether it is critical, and its bytes. */
function extension(
  certificate: X509Certificate,
  id: string,
): { critical: boolean; value: string } & Record<string, unknown> {
  const found = forge.pki.certificateFromPem(certificate.toString()).extensions.find((one) => one.id === id)
  if (!found) throw new Error(`No extension ${id}`)
  return found
}

const keyFiles = async (directory: string) => (await readdir(directory)).filter((name) => name.startsWith('ca-key'))
const windows = process.platform === 'win32'

describe('the certificates', () => {
  test('a chain of leaf, issuer and CA, for every name and both loopback addresses', async () => {
    const authority = createCertificateAuthority()
    const { key, certificate } = await authority.serverCertificate()
    const [leaf, issuer, root, ...more] = chainOf(certificate)

    expect(more).toEqual([])
    expect(root?.toString()).toBe(await authority.certificate())
    expect(leaf?.checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(leaf?.subjectAltName?.split(', ')).toEqual([
      ...WECHATPAY_HOSTS.map((host) => `DNS:${host}`),
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
    ])
    if (!leaf || !issuer || !root) throw new Error('The chain is too short.')
    expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true)
    expect(issuer.checkIssued(root) && issuer.verify(root.publicKey)).toBe(true)
    expect(root.checkIssued(root) && root.verify(root.publicKey)).toBe(true)
    expect(issuer.publicKey.equals(root.publicKey)).toBe(false)
    expect([root.ca, issuer.ca, leaf.ca]).toEqual([true, true, false])
  })

  test('the CA says what it is, and what it may do', async () => {
    const [, issuer, root] = chainOf((await createCertificateAuthority().serverCertificate()).certificate)
    for (const [certificate, below] of [
      [root, 1],
      [issuer, 0],
    ] as const) {
      if (!certificate) throw new Error('The chain is too short.')
      expect(certificate.subject).toMatch(
        /^O=wechatpay-mock\\, test only\nCN=wechatpay-mock name-constrained test \w+ [0-9a-f]{8}$/,
      )
      expect(extension(certificate, '2.5.29.19')).toMatchObject({ critical: true, cA: true, pathLenConstraint: below })
      expect(extension(certificate, '2.5.29.15')).toMatchObject({
        critical: true,
        keyCertSign: true,
        cRLSign: false,
        digitalSignature: false,
      })
      expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
      const { critical, value } = extension(certificate, '2.5.29.30')
      expect(critical).toBe(true)
      // [0] permittedSubtrees, each a SEQUENCE of [2] dNSName or [7] iPAddress.
      const [permitted, ...others] = (forge.asn1.fromDer(value).value as forge.asn1.Asn1[]) ?? []
      expect(others).toEqual([])
      const bases = ((permitted?.value ?? []) as forge.asn1.Asn1[]).map((one) => (one.value as forge.asn1.Asn1[])[0])
      expect(
        bases.map((base) => [
          base?.type,
          base?.type === 2 ? base.value : Buffer.from(String(base?.value), 'latin1').toString('hex'),
        ]),
      ).toEqual([
        ...WECHATPAY_HOSTS.map((host) => [2, host]),
        [2, 'localhost'],
        [7, '7f000000ff000000'],
        [7, `${'0'.repeat(31)}1${'f'.repeat(32)}`],
      ])
    }
  })

  test('two CAs have neither name nor key nor serial in common', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => new X509Certificate(await createCertificateAuthority().certificate())),
    )
    expect(one?.subject).not.toBe(other?.subject)
    expect(one?.serialNumber).not.toBe(other?.serialNumber)
    expect(one?.fingerprint256).not.toBe(other?.fingerprint256)
  })

  test('last 90 and 7 days, from a day ago', async () => {
    const now = Date.UTC(2026, 10, 25, 12)
    const [leaf, issuer, root] = chainOf(
      (await createCertificateAuthority({ now: () => now }).serverCertificate()).certificate,
    )
    for (const one of [issuer, root]) {
      expect([one?.validFromDate.getTime(), one?.validToDate.getTime()]).toEqual([now - DAY, now + 89 * DAY])
    }
    expect([leaf?.validFromDate.getTime(), leaf?.validToDate.getTime()]).toEqual([now - DAY, now + 7 * DAY])
  })
})

describe('making them', () => {
  test('nothing is made, nor is node-forge loaded, before the first call', async ({ directory }) => {
    const script = `
      import { createCertificateAuthority } from '${source}'
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const authority = createCertificateAuthority({ directory: process.argv[1] })
      const before = [...loaded]
      await authority.certificate()
      console.log(JSON.stringify([before, loaded.some((url) => url.includes('node-forge'))]))`
    const { stdout } = await exec(NODE, ['--input-type=module', '--eval', script, directory])

    expect(JSON.parse(stdout)).toEqual([[], true])
  })

  test('calls at one time get the same', async ({ directory }) => {
    for (const options of [{}, { directory }]) {
      const authority = createCertificateAuthority(options)
      const [one, other, root, sameRoot] = await Promise.all([
        authority.serverCertificate(),
        authority.serverCertificate(),
        authority.certificate(),
        authority.certificate(),
      ])
      expect(other).toEqual(one)
      expect(sameRoot).toBe(root)
      expect(one.certificate.endsWith(root)).toBe(true)
      expect(await authority.serverCertificate()).toEqual(one)
    }
  })

  test('a failure is tried again at the next call', async ({ directory }) => {
    await writeFile(directory, 'a file where the directory should be')
    const authority = createCertificateAuthority({ directory })
    await expect(authority.serverCertificate()).rejects.toMatchObject({ code: 'MOCK_CA' })
    await rm(directory)

    expect((await authority.serverCertificate()).key).toContain('PRIVATE KEY')
  })

  test('another one with the same directory has the same CA, and a key of its own', async ({ directory }) => {
    await placeAuthority(directory)
    const one = createCertificateAuthority({ directory })
    const other = createCertificateAuthority({ directory })

    expect(await other.certificate()).toBe(await one.certificate())
    expect((await other.serverCertificate()).key).not.toBe((await one.serverCertificate()).key)
  })

  test('six processes that start at one time end up with the same CA', async ({ directory }) => {
    const script = `
      import { createCertificateAuthority } from '${source}'
      process.stdout.write((await createCertificateAuthority({ directory: process.argv[1] }).serverCertificate()).certificate)`
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => exec(NODE, ['--input-type=module', '--eval', script, directory])),
    )
    const roots = runs.map(({ stdout }) => chainOf(stdout).at(-1)?.toString())

    expect(new Set(roots).size).toBe(1)
    expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(roots[0])
    expect(await keyFiles(directory)).toEqual(['ca-key-1.pem'])
    expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([])
  })
})

describe('renewal', () => {
  const start = Date.UTC(2026, 10, 25)

  test('the server has a new certificate when less than a day is left', async () => {
    let now = start
    const authority = createCertificateAuthority({ now: () => now })
    const root = await authority.certificate()
    const first = await authority.serverCertificate()
    now = start + 6 * DAY
    expect(await authority.serverCertificate()).toEqual(first)
    now += 1
    const second = await authority.serverCertificate()

    expect(second.key).not.toBe(first.key)
    expect(await authority.certificate()).toBe(root)
  })

  test('a running server has a new CA when the one it has would end before its certificate', async ({ directory }) => {
    for (const options of [{}, { directory }]) {
      let now = start
      const authority = createCertificateAuthority({ ...options, now: () => now })
      const root = await authority.certificate()
      now = start + 82 * DAY
      expect(await authority.certificate()).toBe(root)
      now += 1
      const { certificate } = await authority.serverCertificate()

      expect(await authority.certificate()).not.toBe(root)
      expect(certificate.endsWith(await authority.certificate())).toBe(true)
      expect(chainOf(certificate)[1]?.validToDate.getTime()).toBeGreaterThanOrEqual(now + 7 * DAY)
    }
  })

  test('a process that starts with fewer than 30 days left makes a new one, and deletes the old key', async ({
    directory,
  }) => {
    const root = await createCertificateAuthority({ directory, now: () => start }).certificate()
    const at = (now: number) => createCertificateAuthority({ directory, now: () => now }).certificate()

    expect(await at(start + 59 * DAY)).toBe(root)
    const renewed = await at(start + 59 * DAY + 1)
    expect(renewed).not.toBe(root)
    expect(await at(start + 100 * DAY)).toBe(renewed)
    expect(await keyFiles(directory)).toEqual(['ca-key-2.pem'])
    expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(renewed)
    // The clock went back by more than the leeway.
    expect(await at(start)).not.toBe(renewed)
  })

  test('a running server takes over what another process has made', async ({ directory }) => {
    const root = await placeAuthority(directory)
    let now = Date.now()
    const authority = createCertificateAuthority({ directory, now: () => now })
    await authority.serverCertificate()
    await renewCertificateAuthority(directory)
    now += 1_000
    const { certificate } = await authority.serverCertificate()

    expect(await authority.certificate()).not.toBe(root)
    expect(certificate.endsWith(await readFile(join(directory, 'ca.pem'), 'utf8'))).toBe(true)
    await rm(directory, { recursive: true })
    now += 1_000
    await authority.serverCertificate()
    await expect(access(join(directory, 'ca.pem'))).resolves.toBeUndefined()
  })

  test('a CA of a version that knew other names is replaced', async ({ directory }) => {
    const root = await placeAuthority(directory)
    const file = join(directory, 'ca-key-1.pem')
    // One name more, in otherwise correct certificates.
    await writeFile(file, await withoutConstraints(await readFile(file, 'utf8')))

    expect(await createCertificateAuthority({ directory }).certificate()).not.toBe(root)
    expect(await keyFiles(directory)).toEqual(['ca-key-2.pem'])
  })
})

/** The same file, with certificates that lack the constraints. */
async function withoutConstraints(text: string): Promise<string> {
  const [header = ''] = text.split('\n', 1)
  const pair = () => forge.pki.rsa.generateKeyPair(1024)
  const [rootKeys, issuerKeys] = [pair(), pair()]
  const make = (name: string, publicKey: forge.pki.rsa.PublicKey) => {
    const one = forge.pki.createCertificate()
    one.publicKey = publicKey
    one.validity.notAfter = new Date(Date.now() + 80 * DAY)
    one.setSubject([{ shortName: 'CN', value: name }])
    one.setIssuer([{ shortName: 'CN', value: 'root' }])
    one.setExtensions([{ name: 'basicConstraints', cA: true }])
    one.sign(rootKeys.privateKey, forge.md.sha256.create())
    return forge.pki.certificateToPem(one)
  }
  const key = createPrivateKey(forge.pki.privateKeyToPem(issuerKeys.privateKey)).export({
    type: 'pkcs8',
    format: 'pem',
  })
  return `${header}\n${key}${make('issuer', issuerKeys.publicKey)}${make('root', rootKeys.publicKey)}`.replaceAll(
    '\r',
    '',
  )
}

describe.skipIf(windows)(`the directory${windows ? ' (not run: Windows has no modes)' : ''}`, () => {
  test('is closed to others, and the key more so', async ({ directory }) => {
    await createCertificateAuthority({ directory }).certificate()
    const mode = async (name: string) => ((await stat(join(directory, name))).mode & 0o777).toString(8)

    expect(await mode('.')).toBe('700')
    expect(await mode('ca-key-1.pem')).toBe('600')
    expect(await mode('ca.pem')).toBe('644')
  })

  test('has one private key, the one that is bound, and nobody commits it', async ({ directory }) => {
    await placeAuthority(directory)
    const { certificate } = await createCertificateAuthority({ directory }).serverCertificate()
    const [, issuer] = chainOf(certificate)
    const files = await readdir(directory)
    const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'latin1')))
    const keys =
      texts.join('\n').match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g) ?? []

    expect(keys.map((key) => issuer?.checkPrivateKey(createPrivateKey(key)))).toEqual([true])
    expect(await readFile(join(directory, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('that has other things in it is not hidden from git', async ({ directory }) => {
    await mkdir(directory)
    await writeFile(join(directory, 'package.json'), '{}')
    await createCertificateAuthority({ directory }).certificate()

    expect(await readdir(directory)).not.toContain('.gitignore')
  })

  test.for([
    ['a key that others can read', 'too_open', (directory: string) => chmod(join(directory, 'ca-key-1.pem'), 0o640)],
    ['a directory that others can write', 'too_open', (directory: string) => chmod(directory, 0o770)],
    ['half a key', 'damaged', (directory: string) => change(directory, (text) => text.slice(0, text.length / 2))],
    [
      'a changed certificate',
      'damaged',
      (directory: string) => change(directory, (text) => text.replace(/A(?=[^A]*$)/, 'B')),
    ],
    ['a key that is not of the certificate', 'damaged', otherKey],
    ['a file of somebody else', 'foreign', (directory: string) => change(directory, () => 'my own notes\n')],
    [
      'a link',
      'foreign',
      async (directory: string) => {
        const key = join(directory, 'ca-key-1.pem')
        await writeFile(join(directory, 'elsewhere'), await readFile(key), { mode: 0o600 })
        await rm(key)
        await symlink('elsewhere', key)
      },
    ],
    [
      'a ca.pem of somebody else',
      'foreign',
      (directory: string) => writeFile(join(directory, 'ca.pem'), 'company CA\n'),
    ],
  ] as const)('%s is left alone: %s', async ([, fault, spoil], { directory }) => {
    await placeAuthority(directory)
    await spoil(directory)
    const read = async () =>
      Promise.all(
        (await readdir(directory)).map(async (name) => [name, await readFile(join(directory, name), 'latin1')]),
      )
    const before = await read()
    const error = await createCertificateAuthority({ directory })
      .certificate()
      .catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ code: 'MOCK_CA', fault, message: expect.stringContaining(directory) })
    const key = before
      .flat()
      .join('\n')
      .match(/(?<=-----BEGIN PRIVATE KEY-----\n)[\w+/]+/)?.[0]
    if (key) expect(`${String(error)}${(error as Error).stack}${String((error as Error).cause)}`).not.toContain(key)
    expect(await read()).toEqual(before)
  })
})

describe.skipIf(process.getuid?.() !== 0)('what belongs to another user is refused (which takes root to try)', () => {
  const NOBODY = 65_534
  const SOMEBODY = 12_345

  test.for([
    ['the directory', (directory: string) => chown(directory, NOBODY, NOBODY)],
    ['the key', (directory: string) => chown(join(directory, 'ca-key-1.pem'), NOBODY, NOBODY)],
    [
      'a link to a directory of root',
      async (directory: string) => {
        await rename(directory, `${directory}-2`)
        await symlink(`${directory}-2`, directory)
        await lchown(directory, NOBODY, NOBODY)
      },
    ],
  ] as const)('to root: %s', async ([, give], { directory }) => {
    await placeAuthority(directory)
    await give(directory)
    const error = await createCertificateAuthority({ directory })
      .certificate()
      .catch((thrown: unknown) => thrown)

    expect(error).toMatchObject({ code: 'MOCK_CA', fault: 'other_user' })
    expect(String(error)).toContain(`${directory}`)
  })

  test('to root: a new CA in a directory of another user', async ({ directory }) => {
    await mkdir(directory)
    await chown(directory, NOBODY, NOBODY)

    await expect(renewCertificateAuthority(directory)).rejects.toMatchObject({ fault: 'other_user' })
    expect(await readdir(directory)).toEqual([])
  })

  test('to another user: a directory that everybody may read', async ({ directory }) => {
    await placeAuthority(directory)
    await chmod(join(directory, '..'), 0o755)
    await chmod(directory, 0o755)
    await chown(directory, SOMEBODY, SOMEBODY)
    const program = `
      import { createCertificateAuthority } from ${JSON.stringify(source)}
      const { fault } = await createCertificateAuthority({ directory: ${JSON.stringify(directory)} }).certificate().catch((error) => error)
      console.log(fault)`
    const { stdout } = await exec(NODE, ['--input-type=module', '--eval', program], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
    })

    expect(stdout).toBe('other_user\n')
  })
})

async function change(directory: string, edit: (text: string) => string): Promise<void> {
  const key = join(directory, 'ca-key-1.pem')
  await writeFile(key, edit(await readFile(key, 'utf8')))
}

async function otherKey(directory: string): Promise<void> {
  const { key } = await createCertificateAuthority().serverCertificate()
  await change(directory, (text) => text.replace(/-----BEGIN PRIVATE KEY[\s\S]*?END PRIVATE KEY-----\n/, key))
}
