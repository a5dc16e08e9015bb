import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { getCACertificates, rootCertificates } from 'node:tls'
import { describe, expect } from 'vitest'
import { proxyVariables, trustVariables } from '../../../src/control/client-setup/client-variables.ts'
import { issueAuthority } from '../../../src/wire/tls/issue-certificates.ts'
import { trustFilesIn } from '../../../src/wire/tls/trust-files.ts'
import { run } from '../../cli/cli.ts'
import { test } from '../../wire/tls/directory.ts'
import { withTool } from '../../wire/tls/stacks/tool.ts'

const NOW = Date.UTC(2026, 0, 5)
const url = 'http://127.0.0.1:8089'

const derOf = (pem: string) => pem.replaceAll(/-----[^-]+(?:-----)?|\s/g, '')

describe('the proxy', () => {
  test.for([
    [{}, 'localhost,127.0.0.1,::1'],
    [{ NO_PROXY: 'intranet.example, 10.0.0.1 localhost' }, 'intranet.example,10.0.0.1,localhost,127.0.0.1,::1'],
    [{ no_proxy: '.example' }, '.example,localhost,127.0.0.1,::1'],
    // With these the program would call the real WeChat Pay.
    [{ NO_PROXY: '*' }, 'localhost,127.0.0.1,::1'],
    [
      { NO_PROXY: 'qq.com,.weixin.qq.com,*.wechatpay.cn,API.mch.weixin.qq.com:443,notqq.com' },
      'notqq.com,localhost,127.0.0.1,::1',
    ],
  ] as const)('exceptions in %o become %s', ([inherited, expected]) => {
    expect(proxyVariables(url, inherited)).toEqual({
      HTTPS_PROXY: url,
      https_proxy: url,
      NO_PROXY: expected,
      no_proxy: expected,
      NODE_USE_ENV_PROXY: '1',
    })
  })
})

describe('trust', () => {
  test('names files with the CA, and with all that was trusted before', async ({ directory }) => {
    const files = trustFilesIn(join(directory, 'ca'))
    const issued = async () => (await issueAuthority(NOW)).root
    const [root, company, further] = await Promise.all([issued(), issued(), issued()])
    await mkdir(files.directory, { recursive: true })
    await writeFile(files.certificate, root)
    await writeFile(join(directory, 'company.pem'), `# of the company\n${company}-----BEGIN CERTIFICATE-----\nx`)
    await writeFile(join(directory, 'further.pem'), `${company}${further}`)
    const own = trustFilesIn(join(directory, 'trust'))
    const variables = await trustVariables(files, {
      url,
      directory,
      inherited: {
        SSL_CERT_FILE: join(directory, 'company.pem'),
        NODE_EXTRA_CA_CERTS: join(directory, 'further.pem'),
        REQUESTS_CA_BUNDLE: '/no/such/file',
        JAVA_TOOL_OPTIONS: '-Xmx1g',
        PHP_INI_SCAN_DIR: '/etc/php',
      },
    })

    expect(variables).toMatchObject({
      NODE_EXTRA_CA_CERTS: own.bundle,
      SSL_CERT_FILE: own.bundle,
      REQUESTS_CA_BUNDLE: own.bundle,
      CURL_CA_BUNDLE: own.bundle,
      JAVA_TOOL_OPTIONS: expect.stringMatching(/^-Xmx1g -Dhttps\.proxyHost=127\.0\.0\.1 -Dhttps\.proxyPort=8089 /),
      PHP_INI_SCAN_DIR: `/etc/php${delimiter}${own.directory}`,
    })
    expect(await readFile(own.phpIni, 'utf8')).toContain(own.bundle)
    const bundle = await readFile(own.bundle, 'utf8')
    const store = await readFile(own.javaTrustStore)
    const trusted = [root, company, further, ...rootCertificates, ...getCACertificates('system')].map(derOf)
    expect(new Set((bundle.match(/-----BEGIN [^-]+-----[^-]+-----END/g) ?? []).map(derOf))).toEqual(new Set(trusted))
    for (const der of trusted.map((text) => Buffer.from(text, 'base64'))) {
      expect(store.includes(der)).toBe(true)
      expect(store.indexOf(der)).toBe(store.lastIndexOf(der))
    }
  })
})

withTool('java', '-version')('Java', () => {
  test('reads a path with blanks and both kinds of quotes', async ({ directory }) => {
    const files = trustFilesIn(join(directory, `it's "mine"`))
    await mkdir(files.directory, { recursive: true })
    await writeFile(files.certificate, (await issueAuthority(NOW)).root)
    const { JAVA_TOOL_OPTIONS } = await trustVariables(files, { url, directory: files.directory, inherited: {} })
    const { stderr } = await run('java', ['-XshowSettings:properties', '-version'], {
      env: { JAVA_TOOL_OPTIONS: JAVA_TOOL_OPTIONS ?? '' },
    })
    const { javaTrustStore } = trustFilesIn(join(files.directory, 'trust'))

    expect(stderr).toContain(`\n    javax.net.ssl.trustStore = ${javaTrustStore}\n`)
    expect(stderr).toContain('\n    https.proxyPort = 8089\n')
  })
})
