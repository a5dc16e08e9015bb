import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { JAVA_TRUST_STORE_PASSWORD } from '../../../../src/wire/tls/trust-files.ts'
import { run } from '../../../cli/cli.ts'
import { type Target, test } from './servers.ts'
import { withTool } from './tool.ts'

const program = fileURLToPath(new URL('Verify.java', import.meta.url))

async function verdicts(trustStore: string, targets: readonly Target[]): Promise<string[]> {
  const { stdout, stderr } = await run('java', [
    `-Djavax.net.ssl.trustStore=${trustStore}`,
    `-Djavax.net.ssl.trustStorePassword=${JAVA_TRUST_STORE_PASSWORD}`,
    program,
    ...targets.flatMap(({ host, port }) => [host, String(port)]),
  ])
  expect(stderr).toBe('')
  return stdout.trimEnd().split('\n')
}

withTool('java', '-version')('Java', () => {
  test('accepts our server, and rejects what the same key has signed for another host', async ({ servers }) => {
    const { files, own, foreign } = servers
    expect(await verdicts(files.javaTrustStore, [...own, ...foreign])).toEqual([
      ...own.map(() => 'accepted'),
      ...foreign.map(() => 'rejected: name constraints check failed'),
    ])
  })
})

withTool('keytool', '-help')('keytool', () => {
  test('lists the store', async ({ servers: { files } }) => {
    const { code, stdout } = await run('keytool', [
      '-J-Duser.language=en',
      '-list',
      ...['-keystore', files.javaTrustStore, '-storepass', JAVA_TRUST_STORE_PASSWORD],
    ])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^wechatpay-mock, .*trustedCertEntry/m)
    expect(stdout).toMatch(/^root-1, .*trustedCertEntry/m)
  })
})
