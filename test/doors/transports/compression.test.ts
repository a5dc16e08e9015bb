import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { inflateRawSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import type { WireRequest, WireResponse } from '../../../src/engine/http-message.ts'
import { createMock, type MockOptions } from '../../../src/mock.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'

const ORDER = '/v3/pay/transactions/out-trade-no/MCH_102233445?mchid=1900000001'
const NO_ORDER = '/v3/pay/transactions/out-trade-no/MCH_404?mchid=1900000001'

/** A client that asks for a coding, and checks signatures over the bytes that decoding leaves; `codings` are those of its answers. */
async function started(acceptEncoding?: string, options: MockOptions = {}) {
  const server = await startServer({ mock: createMock(options), port: 0 })
  onTestFinished(() => server.close(0))
  const codings: (string | undefined)[] = []
  const send = async ({ method, target, headers, body }: WireRequest): Promise<WireResponse> => {
    const asked = { ...headers, ...(acceptEncoding !== undefined && { 'accept-encoding': acceptEncoding }) }
    const sent = request(server.url + target, { method, headers: asked }).end(body)
    const [answer]: IncomingMessage[] = await once(sent, 'response')
    if (!answer) throw new Error('There is no answer')
    const bytes = await buffer(answer)
    const { 'content-encoding': coding, ...fields } = answer.headers
    codings.push(coding)
    expect(fields['content-length']).toBe(String(bytes.length))
    const plain = coding === undefined ? bytes : inflateRawSync(bytes)
    const all = { ...fields, 'content-length': plain.length }
    return {
      status: answer.statusCode ?? 0,
      headers: Object.entries(all).map(([name, value]) => [name, String(value)]),
      body: plain,
    }
  }
  const { control } = server
  return { control, codings, client: createMerchantClient({ credentials: await control.credentials(), send }) }
}

test.for(['deflate', 'gzip, deflate', 'gzip,deflate;q=0.5', 'gzip, compress, Deflate, br', 'br ; q=1 , deflate ; q=1'])(
  'a client that accepts %s gets long answers as raw deflate, signed over the plain bytes',
  async (acceptEncoding) => {
    const { client, codings, control } = await started(acceptEncoding)

    expect((await client.request({ target: ORDER })).body).toMatchObject({ trade_state: 'SUCCESS' })
    expect((await client.request({ target: '/v3/certificates' })).status).toBe(200)
    expect((await client.request({ target: NO_ORDER })).status).toBe(404)
    expect(codings).toEqual(['deflate', 'deflate', undefined])
    const kept = (await control.journal()).map(({ response }) => response?.body)
    expect(kept).toContainEqual(expect.stringContaining('"trade_state":"SUCCESS"'))
  },
)

test.for([undefined, 'gzip', 'identity', 'deflate;q=0', 'x-deflate', '*'])(
  'a client that accepts %s gets them plain',
  async (acceptEncoding) => {
    const { client, codings } = await started(acceptEncoding)

    expect((await client.request({ target: ORDER })).status).toBe(200)
    expect(codings).toEqual([undefined])
  },
)

test('none are compressed where that is off', async () => {
  const { client, codings, control } = await started('deflate', { compression: 'off' })
  await client.request({ target: ORDER })
  await control.changeSettings({ compression: 'deflate' })
  await client.request({ target: ORDER })

  expect(codings).toEqual([undefined, 'deflate'])
})

test('fetch reads them', async () => {
  const server = await startServer({ port: 0 })
  onTestFinished(() => server.close(0))
  let coding: string | null = null
  const client = createMerchantClient({
    credentials: await server.control.credentials(),
    send: async ({ method, target, headers }) => {
      const answer = await fetch(server.url + target, { method, headers })
      coding = answer.headers.get('content-encoding')
      const body = new Uint8Array(await answer.arrayBuffer())
      return { status: answer.status, headers: [...answer.headers], body }
    },
  })

  expect((await client.request({ target: ORDER })).body).toMatchObject({ trade_state: 'SUCCESS' })
  expect(coding).toBe('deflate')
})
