/**
 * The floor: a bare `node:http` server that only verifies a request's signature and signs a fixed answer. The benchmark measures the mock's overhead
 * over it.
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import identity from '../../src/control/identity/well-known-identity.json' with { type: 'json' }

const signAsync = promisify(sign) as (
  algorithm: string,
  data: Buffer,
  key: ReturnType<typeof createPrivateKey>,
) => Promise<Buffer>
const merchantKey = createPublicKey(identity.certificate)
const platformKey = createPrivateKey(identity.platformCertificate.privateKey)
const body = Buffer.from('{"wechatpay_associate_time":"2015-05-20T13:29:35+08:00"}')
const nonce = 'd824f2e086d3c1df967785d13fcd22ef'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    const [, nonceStr, timestamp, , signature] =
      (request.headers.authorization ?? '').match(/"[^"]*"/g)?.map((value) => value.slice(1, -1)) ?? []
    const message = Buffer.concat([
      Buffer.from(`${request.method}\n${request.url}\n${timestamp}\n${nonceStr}\n`),
      ...chunks,
      Buffer.from('\n'),
    ])
    if (!verify('sha256', message, merchantKey, Buffer.from(signature ?? '', 'base64'))) {
      response.writeHead(401).end()
      return
    }
    const now = String(Math.floor(Date.now() / 1_000))
    const signed = await signAsync('sha256', Buffer.from(`${now}\n${nonce}\n${body}\n`), platformKey)
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      'Wechatpay-Nonce': nonce,
      'Wechatpay-Timestamp': now,
      'Wechatpay-Serial': identity.platformCertificate.serialNo,
      'Wechatpay-Signature': signed.toString('base64'),
    })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }))
})
