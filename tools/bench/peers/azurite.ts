import { createHmac } from 'node:crypto'
import type { Signed } from '../associate-requests.ts'
import { installPackage } from './npm-peer.ts'
import type { Peer } from './peer.ts'
import { freePort, startProgram } from './start-program.ts'

/** Azurite's well-known account and its published key. */
const ACCOUNT = 'devstoreaccount1'
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='
const MESSAGE = '<QueueMessage><MessageText>UjE=</MessageText></QueueMessage>'

/** A message put into a queue, signed with the account's key. */
export const azurite: Peer = {
  name: 'Azurite',
  does: 'puts a message into a queue: verifies each request (HMAC), keeps state, does not sign its answers',
  async start(folder, run) {
    const { version, script } = await installPackage('azurite', 'azurite-queue', folder, run)
    const port = await freePort()
    const program = await startProgram(
      process.execPath,
      [script, '--queueHost', '127.0.0.1', '--queuePort', String(port), '--inMemoryPersistence', '--silent'],
      { folder, port },
    )
    const base = `http://127.0.0.1:${port}`
    const created = await fetch(`${base}/${ACCOUNT}/bench`, {
      method: 'PUT',
      headers: signed('PUT', '/bench', '').headers,
    })
    if (!created.ok) {
      await program.stop()
      throw new Error(`Azurite answers ${created.status} to the making of a queue`)
    }
    return {
      ...program,
      version,
      url: `${base}/${ACCOUNT}/bench/messages`,
      requests: async () => [signed('POST', '/bench/messages', MESSAGE)],
    }
  },
}

/** A request in the service's Shared Key scheme. */
function signed(method: string, path: string, body: string): Signed {
  const date = new Date().toUTCString()
  const length = body === '' ? '' : String(Buffer.byteLength(body))
  const type = body === '' ? '' : 'application/xml'
  const lines = [
    method,
    '',
    '',
    length,
    '',
    type,
    '',
    '',
    '',
    '',
    '',
    '',
    `x-ms-date:${date}`,
    'x-ms-version:2021-12-02',
  ]
  const text = [...lines, `/${ACCOUNT}/${ACCOUNT}${path}`].join('\n')
  const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(text, 'utf8').digest('base64')
  return {
    body,
    headers: {
      'x-ms-date': date,
      'x-ms-version': '2021-12-02',
      ...(type !== '' && { 'content-type': type }),
      authorization: `SharedKey ${ACCOUNT}:${signature}`,
    },
  }
}
