/**
 * A shop in a container of its own, beside that of the mock: fetches the mock's CA, calls https://api.mch.weixin.qq.com through the mock's proxy, and
 * receives callbacks on port 3000. It logs everything it does.
 */
import { createServer, request } from 'node:http'
import { connect } from 'node:tls'

const { MOCK_URL = '', MOCK_TOKEN = '' } = process.env
const HOST = 'api.mch.weixin.qq.com'

const credentials = await fetch(`${MOCK_URL}/_mock/credentials`, { headers: { authorization: `Bearer ${MOCK_TOKEN}` } })
const { ca_certificate: ca } = (await credentials.json()) as { ca_certificate: string }

request(MOCK_URL, { method: 'CONNECT', path: `${HOST}:443` })
  .on('connect', (_, socket) => {
    const call = `GET /v3/certificates HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`
    const tls = connect({ socket, servername: HOST, ca }, () => tls.end(call))
    tls.on('data', (answer) => console.log('answered over TLS:', String(answer).split('\r\n')[0]))
  })
  .end()

createServer((incoming, response) => {
  console.log('callback:', incoming.method, incoming.url, incoming.headers['wechatpay-serial'])
  response.writeHead(204).end()
}).listen(3000)
process.once('SIGTERM', () => process.exit())
