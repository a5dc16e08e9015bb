import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { vectors } from '../wire/protocol/vectors.ts'
import { cli, test } from './cli.ts'

const list = vectors.responses.find(({ id }) => id === vectors.certificates.response_id)?.body_utf8 ?? ''
const { decrypted } = vectors.certificates

describe.concurrent('decrypt', () => {
  test.for(vectors.notifications)('opens the callback $id', async ({ body_utf8, resource_plaintext }) => {
    expect(await cli(['decrypt'], { input: body_utf8 })).toEqual({
      code: 0,
      stdout: `${resource_plaintext}\n`,
      stderr: '',
    })
  })

  test('opens a bare envelope from a file', async ({ cwd }) => {
    const [callback] = vectors.notifications
    await writeFile(join(cwd, 'envelope.json'), JSON.stringify(JSON.parse(callback?.body_utf8 ?? '').resource))

    const { code, stdout } = await cli(['decrypt', 'envelope.json', '--json'], { cwd })
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, plaintext: callback?.resource_plaintext })
  })

  test('opens every certificate of a list', async () => {
    const [text, json] = await Promise.all([
      cli(['decrypt'], { input: list }),
      cli(['decrypt', '--json'], { input: list }),
    ])

    expect(text).toMatchObject({ code: 0, stderr: '' })
    const pems = text.stdout.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/g) ?? []
    expect(pems.map((pem) => new X509Certificate(pem).serialNumber)).toEqual(
      decrypted.map(({ serial_no }) => serial_no),
    )
    for (const { serial_no } of decrypted) expect(text.stdout).toContain(`# ${serial_no}, valid from `)
    expect(JSON.parse(json.stdout).certificates).toMatchObject(
      decrypted.map(({ serial_no, pem }) => ({ serial_no, certificate: pem })),
    )
  })

  test('opens one certificate of a list, and an answer with its head', async () => {
    const [entry] = JSON.parse(list).data
    const [one, whole] = await Promise.all([
      cli(['decrypt'], { input: JSON.stringify(entry) }),
      cli(['decrypt'], { input: `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${list}` }),
    ])

    expect(one.stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
    expect(whole.stdout.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
  })

  test.for(vectors.notifications_negative.filter(({ id }) => /apiv3|associated|tag/.test(id)))(
    'says why $id cannot be opened',
    async ({ body_utf8, apiv3_key }) => {
      const key = apiv3_key === undefined ? [] : ['--api-v3-key', apiv3_key]
      const { code, stdout, stderr } = await cli(['decrypt', ...key], { input: body_utf8 })

      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^wechatpay-mock: Cannot be opened: the tag differs\. [^\n]+\n$/)
    },
  )

  test('with the right key the same callback opens, with a wrong one it does not', async () => {
    const [callback] = vectors.notifications
    const [opened, refused, short] = await Promise.all([
      cli(['decrypt', '--api-v3-key', vectors.constants.apiv3_key], { input: callback?.body_utf8 ?? '' }),
      cli(['decrypt', '--json', '--api-v3-key', 'x'.repeat(32)], { input: callback?.body_utf8 ?? '' }),
      cli(['decrypt', '--api-v3-key', 'short'], { input: callback?.body_utf8 ?? '' }),
    ])

    expect(opened.code).toBe(0)
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: 'tag_mismatch' })
    expect(short).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('32 ASCII characters; this one has 5 bytes'),
    })
  })

  test('the certificate list of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const { stdout: authorization } = await cli(['sign', 'GET', '/v3/certificates'])
    const headers = { Authorization: authorization.trim(), Accept: 'application/json', 'User-Agent': 'test' }
    const answer = await fetch(`${url}/v3/certificates`, { headers })

    const { stdout } = await cli(['decrypt'], { input: await answer.text() })
    expect(new X509Certificate(stdout).serialNumber).toBe(decrypted[0]?.serial_no)
  })
})
