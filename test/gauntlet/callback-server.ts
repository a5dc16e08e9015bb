import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { verify } from '../../src/wire/protocol/signature.ts'

/** A callback as a merchant's server gets it. */
export interface ReceivedCallback {
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/** A merchant's server, which answers callbacks with the status that `decide` gives. */
export async function callbackServer(decide: (callback: ReceivedCallback) => number | 'nothing') {
  const received: ReceivedCallback[] = []
  const server = createServer(async (incoming, outgoing) => {
    const { headers, rawHeaders } = incoming
    const callback = { headers, rawHeaders, body: await buffer(incoming) }
    received.push(callback)
    const status = decide(callback)
    if (status === 'nothing') outgoing.destroy()
    else outgoing.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const { merchant, platform } = wellKnownIdentity()

/** Checks everything that has to be checked. */
export function careful({ headers, body }: ReceivedCallback): number {
  const value = (name: string) => String(headers[`wechatpay-${name}`] ?? '')
  const timestamp = value('timestamp')
  const key = [...platform.certificates, platform.publicKey].find(({ serialNo }) => serialNo === value('serial'))
  const isFresh = Math.abs(Number(timestamp) - Date.now() / 1_000) < 300
  if (!key || !isFresh) return 401
  if (!verify(responseMessage({ timestamp, nonce: value('nonce'), body }), value('signature'), key.publicKey))
    return 401
  return open(JSON.parse(String(body)).resource, merchant.apiV3Key).ok ? 204 : 500
}
