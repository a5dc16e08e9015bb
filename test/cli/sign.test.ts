import { createHash, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { parseAuthorization } from '../../src/wire/protocol/authorization.ts'
import { vectors } from '../wire/protocol/vectors.ts'
import { cli, run, test } from './cli.ts'

const BODY = '{"备注":"a b"}'

/** The arguments that make a vector's signature again. */
function argumentsOf({ method, request_target, headers, signed_body }: (typeof vectors.requests)[number]): string[] {
  const authorization = parseAuthorization(headers.Authorization ?? '')
  if (typeof authorization === 'string') throw new Error(authorization)
  const { timestamp, nonce, serialNo } = authorization
  const given = ['--body', signed_body, '--timestamp', timestamp, '--nonce', nonce, '--serial', serialNo]
  return ['sign', method, request_target, ...given]
}

describe.concurrent('sign', () => {
  test.for(vectors.requests)('makes the signature of the vector $id', async (vector) => {
    const { code, stdout, stderr } = await cli([...argumentsOf(vector), '--json'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { signature, authorization, message } = JSON.parse(stdout)
    expect(signature).toBe(vector.signature)
    expect(parseAuthorization(authorization)).toEqual(parseAuthorization(vector.headers.Authorization ?? ''))
    expect(message).toBe(vector.sign_message)
  })

  test('--print message gives the bytes that are signed', async () => {
    const [vector] = vectors.requests
    if (!vector) throw new Error('no vector')
    const { stdout } = await cli([...argumentsOf(vector), '--print', 'message'])

    expect(createHash('sha256').update(stdout).digest('hex')).toBe(vector.sign_message_sha256)
  })

  test('a full URL and a path, a lower-case method and a body from standard input are the same', async () => {
    const fixed = ['--timestamp', '1700000000', '--nonce', 'abc']
    const [path, url] = await Promise.all([
      cli(['sign', 'POST', '/v3/x?a=%20b', '--body', BODY, ...fixed]),
      cli(['sign', 'post', 'https://api.mch.weixin.qq.com/v3/x?a=%20b#top', '--body-file', '-', ...fixed], {
        input: BODY,
      }),
    ])

    expect(path.stdout).toMatch(/^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="abc",timestamp="1700000000",/)
    expect(url).toEqual(path)
  })

  test('nonce and timestamp are fresh by default', async () => {
    const [first, second] = await Promise.all([cli(['sign', 'GET', '/v3/x']), cli(['sign', 'GET', '/v3/x'])])
    const authorization = parseAuthorization(first.stdout.trim())

    expect(authorization).toMatchObject({ nonce: expect.stringMatching(/^[\da-f]{32}$/) })
    expect(
      typeof authorization === 'object' && Math.abs(Number(authorization.timestamp) - Date.now() / 1_000),
    ).toBeLessThan(60)
    expect(second.stdout).not.toBe(first.stdout)
  })

  test('a key of your own signs for your merchant', async ({ cwd }) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs1', format: 'pem' }))
    await writeFile(join(cwd, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
    const own = ['--key', 'key.pem', '--serial', 'AB12', '--mchid', '1900000055']
    const { stdout } = await cli(['sign', 'POST', '/v3/x', '--body', BODY, ...own], { cwd })

    expect(parseAuthorization(stdout.trim())).toMatchObject({ identity: '1900000055', serialNo: 'AB12' })
    const request = [
      'verify',
      '--request',
      '--method',
      'POST',
      '--url',
      '/v3/x',
      '--body',
      BODY,
      '--authorization',
      stdout.trim(),
    ]
    expect(await cli([...request, '--merchant-key', 'public.pem'], { cwd })).toMatchObject({ code: 0 })
    expect(await cli(request)).toMatchObject({ code: 1 })
  })

  test('--print curl is a command that the mock accepts', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const get = await cli(['sign', 'GET', `${url}/v3/certificates?algorithm_type=RSA`, '--print', 'curl'])
    const body = `{"stock_id":"100088","coupon_code":"sxxe34343434","out_trade_no":"it's","out_request_no":"R1"}\n`
    const post = await cli(
      ['sign', 'POST', `${url}/v3/marketing/busifavor/coupons/associate`, '--body-file', '-', '--print', 'curl'],
      { input: body },
    )

    for (const { stdout } of [get, post]) {
      const answer = await run('bash', ['-c', stdout], { env: { no_proxy: '*' } })
      expect(answer.stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(await cli(['verify'], { input: answer.stdout })).toMatchObject({ code: 0 })
    }
  })
})
