import { expect } from 'vitest'
import { run } from '../../../cli/cli.ts'
import { type Target, test } from './servers.ts'
import { withTool } from './tool.ts'

/** OpenSSL's verdict on a server, as strict as Python 3.13, and its exit code. */
async function verify(bundle: string, { host, port }: Target): Promise<{ code: number | null; said: string }> {
  const isAddress = /^[\d.]+$/.test(host)
  const { code, stdout, stderr } = await run('openssl', [
    's_client',
    ...['-connect', `127.0.0.1:${port}`, '-CAfile', bundle, '-x509_strict', '-verify_return_error'],
    ...(isAddress ? ['-verify_ip', host] : ['-servername', host, '-verify_hostname', host]),
  ])
  return { code, said: stdout + stderr }
}

withTool('openssl', 'version')('OpenSSL', () => {
  test('accepts our server under each of its names', async ({ servers: { files, own } }) => {
    for (const target of own) {
      const { code, said } = await verify(files.bundle, target)
      expect({ code, said }, target.title).toEqual({
        code: 0,
        said: expect.stringContaining('Verification: OK'),
      })
    }
  })

  test('rejects what the same key has signed for another host', async ({ servers: { files, foreign } }) => {
    for (const target of foreign) {
      const { code, said } = await verify(files.bundle, target)
      expect({ code, said }, target.title).toEqual({
        code: 1,
        said: expect.stringContaining('permitted subtree violation'),
      })
    }
  })
})
