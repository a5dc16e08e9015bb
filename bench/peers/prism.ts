import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATH } from '../associate-requests.ts'
import { installPackage } from './npm-package.ts'
import type { Peer } from './peer.ts'
import { PLAIN_ANSWER, PLAIN_REQUEST } from './plain-request.ts'
import { freePort, startProgram } from './start-program.ts'

/** An answer from the example of an OpenAPI description, for a body that fits its schema. */
export const prism: Peer = {
  name: 'Prism',
  does: 'checks the body against a schema, answers its example; does not verify, no state, does not sign',
  async start(folder, run) {
    const { version, script } = await installPackage('@stoplight/prism-cli', 'prism', folder, run)
    const port = await freePort()
    const file = join(folder, 'openapi.json')
    writeFileSync(file, JSON.stringify(description()))
    const program = await startProgram(
      process.execPath,
      [script, 'mock', file, '--port', String(port), '--host', '127.0.0.1', '--multiprocess=false'],
      { folder, port },
    )
    return { ...program, version, url: `http://127.0.0.1:${port}${PATH}`, requests: async () => [PLAIN_REQUEST] }
  },
}

function description(): unknown {
  const names = ['stock_id', 'coupon_code', 'out_trade_no', 'out_request_no']
  const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]))
  const answer = { schema: { type: 'object' }, example: JSON.parse(PLAIN_ANSWER) as unknown }
  return {
    openapi: '3.0.3',
    info: { title: 'bench', version: '1' },
    paths: {
      [PATH]: {
        post: {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { type: 'object', required: names, properties } } },
          },
          responses: { 200: { description: 'linked', content: { 'application/json': answer } } },
        },
      },
    },
  }
}
