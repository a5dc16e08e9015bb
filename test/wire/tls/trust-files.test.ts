import { createHash, X509Certificate } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { describe, expect } from 'vitest'
import { createCertificateAuthority } from '../../../src/wire/tls/certificate-authority.ts'
import { javaTrustStore, trustFilesIn } from '../../../src/wire/tls/trust-files.ts'
import { placeAuthority, test } from './directory.ts'

describe('the files beside the CA', () => {
  test('the bundle has what Node trusts, and the CA', async ({ directory }) => {
    const root = await placeAuthority(directory)
    const bundle = await readFile(trustFilesIn(directory).bundle, 'utf8')
    const certificates = bundle.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
    const fingerprints = certificates.map((pem) => new X509Certificate(pem).fingerprint256)

    expect(fingerprints).toEqual([root, ...rootCertificates].map((pem) => new X509Certificate(pem).fingerprint256))
  })

  test('PHP reads the path of the bundle from an ini file', async ({ directory }) => {
    for (const [own, written] of [
      [directory, (path: string) => `'${path}'`],
      [`${directory} it's $HOME`, (path: string) => `"${path.replace('$', '\\$')}"`],
    ] as const) {
      await placeAuthority(own)
      const { phpIni, bundle } = trustFilesIn(own)

      expect(await readFile(phpIni, 'utf8')).toBe(
        `; made by wechatpay-mock, test only\ncurl.cainfo = ${written(bundle)}\nopenssl.cafile = ${written(bundle)}\n`,
      )
    }
  })

  test('are written again when one was changed, and left as they are when not', async ({ directory }) => {
    const start = () => createCertificateAuthority({ directory }).certificate()
    await placeAuthority(directory)
    const { bundle, javaTrustStore: store } = trustFilesIn(directory)
    const whole = await readFile(bundle)
    const { mtimeMs, ino } = await stat(store)
    await writeFile(bundle, whole.subarray(0, 1_000))
    await start()

    expect(await readFile(bundle)).toEqual(whole)
    expect(await stat(store)).toMatchObject({ mtimeMs, ino })
  })

  test('one that is a project of somebody else is not overwritten', async ({ directory }) => {
    await placeAuthority(directory)
    await writeFile(join(directory, 'wechatpay-mock.ini'), 'memory_limit = 1G\n')

    await expect(createCertificateAuthority({ directory }).certificate()).rejects.toMatchObject({ fault: 'foreign' })
  })
})

test('a Java trust store, byte for byte', () => {
  const store = javaTrustStore([{ alias: 'a', der: Uint8Array.of(0x30, 0) }], 'changeit', 1_000)
  const content = 'feedfeed00000002000000010000000200016100000000000003e80005582e353039000000023000'
  const password = Buffer.from([...'changeit'].map((c) => `00${c.charCodeAt(0).toString(16)}`).join(''), 'hex')
  const digest = createHash('sha1')
    .update(Buffer.concat([password, Buffer.from('Mighty Aphrodite'), Buffer.from(content, 'hex')]))
    .digest('hex')

  expect(store.toString('hex')).toBe(content + digest)
})
