import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { describe, expect } from 'vitest'
import { proxyVariables, trustVariables } from '../../src/client-setup/client-variables.ts'
import { trustFilesIn } from '../../src/tls/trust-files.ts'
import { run } from '../cli/cli.ts'
import { test } from '../tls/directory.ts'
import { withTool } from '../tls/stacks/tool.ts'

const url = 'http://127.0.0.1:8089'

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
  test('names the files of the CA, and adds to what there is', async ({ directory }) => {
    const files = trustFilesIn(directory)
    await mkdir(directory)
    await writeFile(files.certificate, 'OURS\n')
    const company = join(directory, 'company.pem')
    await writeFile(company, 'COMPANY')
    const variables = await trustVariables(files, {
      url,
      directory,
      inherited: {
        SSL_CERT_FILE: company,
        REQUESTS_CA_BUNDLE: '/no/such/file',
        JAVA_TOOL_OPTIONS: '-Xmx1g',
        PHP_INI_SCAN_DIR: '/etc/php',
      },
    })

    expect(variables).toMatchObject({
      NODE_EXTRA_CA_CERTS: files.certificate,
      SSL_CERT_FILE: join(directory, 'ssl_cert_file.pem'),
      REQUESTS_CA_BUNDLE: files.bundle,
      CURL_CA_BUNDLE: files.bundle,
      JAVA_TOOL_OPTIONS: expect.stringMatching(/^-Xmx1g -Dhttps\.proxyHost=127\.0\.0\.1 -Dhttps\.proxyPort=8089 /),
      PHP_INI_SCAN_DIR: `/etc/php${delimiter}${directory}`,
    })
    expect(await readFile(join(directory, 'ssl_cert_file.pem'), 'utf8')).toBe('COMPANY\nOURS\n')
    const again = await trustVariables(files, { url, directory, inherited: variables })
    expect(again.SSL_CERT_FILE).toBe(variables.SSL_CERT_FILE)
  })
})

withTool('java', '-version')('Java', () => {
  test('reads a path with blanks and both kinds of quotes', async ({ directory }) => {
    const files = trustFilesIn(join(directory, `it's "mine"`))
    await mkdir(files.directory, { recursive: true })
    await writeFile(files.certificate, '')
    const { JAVA_TOOL_OPTIONS } = await trustVariables(files, { url, directory, inherited: {} })
    const { stderr } = await run('java', ['-XshowSettings:properties', '-version'], {
      env: { JAVA_TOOL_OPTIONS: JAVA_TOOL_OPTIONS ?? '' },
    })

    expect(stderr).toContain(`\n    javax.net.ssl.trustStore = ${files.javaTrustStore}\n`)
    expect(stderr).toContain('\n    https.proxyPort = 8089\n')
  })
})
