import { X509Certificate } from 'node:crypto'
import { access, chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { RUNTIMES, trustLines } from '../../src/cli/commands/ca.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { createCertificateAuthority } from '../../src/wire/tls/certificate-authority.ts'
import { trustFilesIn } from '../../src/wire/tls/trust-files.ts'
import { placeAuthority } from '../wire/tls/directory.ts'
import { cli, misuse, run, test } from './cli.ts'

describe.concurrent('ca', () => {
  test('makes the CA at the first call, shows the same at the next, in both languages', async ({ cwd }) => {
    const first = await cli(['ca'], { cwd })
    const again = await cli(['ca', '--lang', 'zh'], { cwd })
    const file = join(cwd, '.wechatpay-mock/ca.pem')
    const { fingerprint256, validToDate } = new X509Certificate(await readFile(file))

    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toContain(`The CA of ${join(cwd, '.wechatpay-mock')}, for mocks that are started with this`)
    expect(again.stdout).toContain(`${join(cwd, '.wechatpay-mock')} 中的 CA，`)
    expect(first.stdout).toContain(`certificate: ${file}\nSHA-256: ${fingerprint256}\n`)
    expect(first.stdout).toContain(
      `valid until: ${new Date(validToDate.getTime() + 28_800_000).toISOString().slice(0, 19)}+08:00`,
    )
    expect(first.stdout).toContain(`\n  export NODE_EXTRA_CA_CERTS='${file}'\n  undo: unset NODE_EXTRA_CA_CERTS\n`)
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain(`SHA-256：${fingerprint256}\n有效期至：`)
    expect(first.stdout + again.stdout).not.toContain('PRIVATE KEY')
  })

  test('--json has what the text has', async ({ cwd }) => {
    await placeAuthority(join(cwd, 'my data'))
    const { stdout } = await cli(['ca', '--json', '--data-dir', 'my data'], { cwd })
    const files = trustFilesIn(join(cwd, 'my data'))
    const { trust, ...facts } = JSON.parse(stdout)
    const pem = await readFile(files.certificate, 'utf8')

    expect(facts).toEqual({
      certificate: files.certificate,
      fingerprint_sha256: new X509Certificate(pem).fingerprint256,
      valid_until: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      bundle: files.bundle,
      java_trust_store: files.javaTrustStore,
      php_ini: files.phpIni,
      pem,
    })
    expect(trust.map(({ runtime }: { runtime: string }) => runtime)).toEqual(RUNTIMES)
    for (const path of [files.bundle, files.javaTrustStore, files.phpIni]) await access(path)
  })

  test('--pem prints the certificate and nothing else', async ({ cwd }) => {
    await placeAuthority(join(cwd, '.wechatpay-mock'))
    const { stdout } = await cli(['ca', '--pem'], { cwd })
    const { stdout: json } = await cli(['ca', '--pem', '--json'], { cwd })

    expect(stdout).toBe(await readFile(join(cwd, '.wechatpay-mock/ca.pem'), 'utf8'))
    expect(JSON.parse(json)).toEqual({ pem: stdout })
  })

  test('--renew makes a new one, in the directory of WECHATPAY_MOCK_DATA_DIR', async ({ cwd }) => {
    const env = { WECHATPAY_MOCK_DATA_DIR: 'elsewhere' }
    const first = await placeAuthority(join(cwd, 'elsewhere'))
    const { stdout: second } = await cli(['ca', '--renew', '--pem'], { cwd, env })

    expect(second).not.toBe(first)
    expect(await cli(['ca', '--pem'], { cwd, env })).toMatchObject({ stdout: second })
    expect(await readdir(cwd)).toEqual(['elsewhere'])
    expect((await readdir(join(cwd, 'elsewhere'))).filter((name) => name.startsWith('ca-key'))).toEqual([
      'ca-key-2.pem',
    ])
  })

  test('--remove deletes what is ours, and the directory when nothing else is in it', async ({ cwd }) => {
    await Promise.all(['.wechatpay-mock', 'shared'].map((name) => placeAuthority(join(cwd, name))))
    await writeFile(join(cwd, 'shared/mock.db'), 'something else')
    await mkdir(join(cwd, 'strange'))
    await writeFile(join(cwd, 'strange/ca.pem'), 'company CA')
    await writeFile(join(cwd, 'strange/ca-key-1.pem'), 'company key')
    const [{ code, stdout }, { stdout: json }, nothing] = await Promise.all([
      cli(['ca', '--remove'], { cwd }),
      cli(['ca', '--remove', '--json', '--data-dir', 'shared'], { cwd }),
      cli(['ca', '--remove', '--data-dir', 'strange'], { cwd }),
    ])

    expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: 8 })
    expect(stdout).toContain(`deleted: ${join(cwd, '.wechatpay-mock', 'ca-key-1.pem')}\n`)
    expect(JSON.parse(json).removed).toHaveLength(5)
    expect(nothing).toMatchObject({ code: 0, stdout: `${join(cwd, 'strange')} contains nothing of wechatpay-mock's\n` })
    expect((await readdir(cwd)).sort()).toEqual(['shared', 'strange'])
    expect((await readdir(join(cwd, 'shared'))).sort()).toEqual(['.gitignore', 'mock.db'])
    expect((await readdir(join(cwd, 'strange'))).sort()).toEqual(['ca-key-1.pem', 'ca.pem'])
  })

  test('nothing of it is seen by git', async ({ cwd }) => {
    await run('git', ['init', '--quiet'], { cwd })
    await cli(['ca'], { cwd })

    expect((await run('git', ['status', '--porcelain', '--untracked-files=all'], { cwd })).stdout).toBe('')
  })

  test.for([
    [
      'a file that is not ours',
      (directory: string) => writeFile(join(directory, 'ca-key-1.pem'), 'mine'),
      'was not made by wechatpay-mock',
      '不做改动',
    ],
    [
      'a key that others can read',
      (directory: string) => chmod(join(directory, 'ca-key-1.pem'), 0o644),
      'is open to other users',
      'chmod go-rwx',
    ],
    [
      'half a key',
      async (directory: string) => {
        const file = join(directory, 'ca-key-1.pem')
        await writeFile(file, (await readFile(file, 'utf8')).slice(0, 1_000))
      },
      'is damaged: make a new CA with `wechatpay-mock ca --renew`',
      '已损坏',
    ],
  ] as const)('%s: one line that says what to do', async ([, spoil, english, chinese], { cwd }) => {
    const directory = join(cwd, '.wechatpay-mock')
    await placeAuthority(directory)
    await spoil(directory)
    for (const [lang, text] of [
      ['en', english],
      ['zh', chinese],
    ] as const) {
      const line = await misuse(['ca', '--lang', lang], { cwd })
      expect(line).toContain(join(directory, 'ca-key-1.pem'))
      expect(line).toContain(text)
    }
    expect((await cli(['ca', '--renew', '--pem'], { cwd })).code).toBe(0)
  })

  test.for([
    [['ca', 'now'], 'Too many arguments: now'],
    [['ca', '--remove', '--renew'], '--remove cannot be combined with --pem or --renew'],
    [['ca', '--remove', '--pem'], '--remove cannot be combined with --pem or --renew'],
    [['ca', '--data-dir', ''], '--data-dir <directory> cannot be "": name a directory'],
    [['ca', '--data-dir', '/dev/null'], 'The CA cannot be kept in /dev/null: '],
    [['ca', '--data-dir', '/proc/none'], 'The CA cannot be kept in /proc/none: '],
  ] as const)('%j is used wrongly', async ([args, message]) => {
    expect(await misuse(args)).toContain(message)
  })
})

describe.concurrent('ca --url', () => {
  test("writes a running mock's certificate and what each runtime needs, and shows it", async ({ cwd, serve }) => {
    const server = await serve(['--data-dir', 'theirs'], { cwd })
    const shown = await cli(['ca', '--url', server.url], { cwd })
    const theirs = await readFile(join(cwd, 'theirs/ca.pem'), 'utf8')
    const files = trustFilesIn(join(cwd, 'wechatpay-mock-ca'))

    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toContain(`The CA of the mock at ${server.url}. `)
    expect(shown.stdout).toContain(`\n  export NODE_EXTRA_CA_CERTS='${files.certificate}'\n`)
    expect(shown.stdout).not.toContain('--remove')
    expect(await readFile(files.certificate, 'utf8')).toBe(theirs)
    expect((await readdir(files.directory)).sort()).toEqual([
      'ca-bundle.pem',
      'ca.pem',
      'truststore.jks',
      'wechatpay-mock.ini',
    ])
    expect(await readdir(cwd)).not.toContain('.wechatpay-mock')
  })

  test('--pem prints it alone, and behind a control token', async ({ cwd, serve }) => {
    const server = await serve(['--control-token', 'secret', '--data-dir', 'theirs'], { cwd })
    const refused = await cli(['ca', '--url', server.url, '--pem'], { cwd })
    const shown = await cli(['ca', '--url', server.url, '--control-token', 'secret', '--pem'], { cwd })

    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('token') })
    expect(shown).toEqual({ code: 0, stdout: await readFile(join(cwd, 'theirs/ca.pem'), 'utf8'), stderr: '' })
    expect(await readdir(cwd)).toEqual(['theirs'])
  })

  test('--out says where, --json what; of files that are not ours none is replaced', async ({ cwd, serve }) => {
    const server = await serve(['--data-dir', 'theirs'], { cwd })
    const { stdout } = await cli(['ca', '--url', server.url, '--out', 'a b', '--json'], { cwd })
    expect(JSON.parse(stdout)).toMatchObject({
      certificate: join(cwd, 'a b', 'ca.pem'),
      pem: await readFile(join(cwd, 'theirs/ca.pem'), 'utf8'),
    })

    await mkdir(join(cwd, 'company'))
    await writeFile(join(cwd, 'company/ca-bundle.pem'), 'company CA')
    const foreign = await cli(['ca', '--url', server.url, '--out', 'company'], { cwd })
    expect(foreign).toMatchObject({ code: 2, stderr: expect.stringContaining('choose another --out') })
    expect(await readFile(join(cwd, 'company/ca-bundle.pem'), 'utf8')).toBe('company CA')

    await placeAuthority(join(cwd, 'mine'))
    const mine = await readFile(join(cwd, 'mine/ca.pem'), 'utf8')
    const own = await cli(['ca', '--url', server.url, '--out', 'mine'], { cwd })
    expect(own).toMatchObject({ code: 2, stderr: expect.stringContaining('has a CA of its own: choose another --out') })
    expect(await readFile(join(cwd, 'mine/ca.pem'), 'utf8')).toBe(mine)
  })

  test('takes one certificate, and none that could sign for other hosts', async ({ cwd }) => {
    const authority = createCertificateAuthority()
    const own = await authority.certificate()
    // A merchant's certificate has no name constraints.
    const other = wellKnownIdentity().merchant.certificate
    const open = async (certificate: string) =>
      startServer({ port: 0, certificateAuthority: { ...authority, certificate: async () => certificate } })
    const [several, wide] = await Promise.all([open(own + other), open(other)])
    const [taken, refused, inChinese] = await Promise.all([
      cli(['ca', '--url', several.url, '--pem'], { cwd }),
      cli(['ca', '--url', wide.url], { cwd }),
      cli(['ca', '--url', wide.url, '--lang', 'zh'], { cwd }),
    ])
    await Promise.all([several.close(0), wide.close(0)])

    expect(taken).toEqual({ code: 0, stdout: own, stderr: '' })
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('is not taken') })
    expect(inChinese).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('没有采用') })
    expect(await readdir(cwd)).toEqual([])
  })

  test.for([
    [['ca', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
    [['ca', '--url', 'http://127.0.0.1:1', '--renew'], '--url cannot be combined with --renew'],
    [['ca', '--url', 'http://127.0.0.1:1', '--remove'], '--url cannot be combined with --remove'],
    [['ca', '--url', 'http://127.0.0.1:1', '--data-dir', 'x'], '--url cannot be combined with --data-dir'],
    [['ca', '--url', 'http://127.0.0.1:1', '--pem', '--out', 'x'], '--pem cannot be combined with --out'],
    [['ca', '--out', 'x'], '--out is for --url'],
  ] as const)('%j is used wrongly', async ([args, message]) => {
    expect(await misuse(args)).toContain(message)
  })
})

describe('the lines of each runtime', () => {
  const linesFor = (platform: NodeJS.Platform, directory: string) => {
    const certificate = new X509Certificate(wellKnownIdentity().merchant.certificate)
    const lines = trustLines(trustFilesIn(directory), certificate, platform)
    return {
      sha1: certificate.fingerprint.replaceAll(':', ''),
      lines: Object.fromEntries(lines.map((one) => [one.runtime, one])),
    }
  }

  test('a POSIX shell reads them as they are meant, whatever the path', async () => {
    const directory = `/tmp/it's "mine" & $HOME`
    const { lines } = linesFor('linux', directory)
    const script = [
      ...(lines.node?.trust ?? []),
      ...(lines.python?.trust ?? []),
      'printf "%s\\n" "$NODE_EXTRA_CA_CERTS" "$REQUESTS_CA_BUNDLE"',
    ]
    const words = (line = '') => `printf '%s\\n' ${line}`

    expect((await run('sh', ['-c', script.join('\n')])).stdout).toBe(
      `${directory}/ca.pem\n${directory}/ca-bundle.pem\n`,
    )
    expect((await run('sh', ['-c', words(lines.java?.trust[0])])).stdout).toBe(
      `java\n-Djavax.net.ssl.trustStore=${directory}/truststore.jks\n-Djavax.net.ssl.trustStorePassword=changeit\n…\n`,
    )
    expect((await run('sh', ['-c', words(lines.php?.trust[0])])).stdout).toBe(
      `php\n-d\ncurl.cainfo=${directory}/ca-bundle.pem\n-d\nopenssl.cafile=${directory}/ca-bundle.pem\n…\n`,
    )
    expect((await run('sh', ['-c', words(lines.curl?.trust[0])])).stdout).toBe(
      `curl\n--cacert\n${directory}/ca.pem\n…\n`,
    )
  })

  test('on macOS and Windows, Go and .NET trust what the system trusts', () => {
    const { lines: mac, sha1 } = linesFor('darwin', '/Users/me/a b')
    const { lines: windows } = linesFor('win32', '/a b')

    expect(mac.go).toEqual({
      runtime: 'go',
      trust: [
        "security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db '/Users/me/a b/ca.pem'",
      ],
      undo: [`security delete-certificate -t -Z ${sha1} ~/Library/Keychains/login.keychain-db`],
    })
    expect(mac.dotnet).toEqual({ ...mac.go, runtime: 'dotnet' })
    expect(windows.dotnet).toEqual({
      runtime: 'dotnet',
      trust: ["certutil -user -addstore Root '/a b/ca.pem'"],
      undo: [`certutil -user -delstore Root ${sha1}`],
    })
    expect(windows.node).toEqual({
      runtime: 'node',
      trust: ["$env:NODE_EXTRA_CA_CERTS = '/a b/ca.pem'"],
      undo: ['Remove-Item Env:NODE_EXTRA_CA_CERTS'],
    })
  })
})
