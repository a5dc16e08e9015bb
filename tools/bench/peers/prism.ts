import { PATH } from '../associate-requests.ts'
import { npmPeer } from './npm-peer.ts'
import { PLAIN_ANSWER } from './plain-request.ts'

/** An answer from the example of an OpenAPI description, for a body that fits its schema. */
export const prism = npmPeer({
  name: 'Prism',
  does: 'checks the body against a schema, answers its example; does not verify, no state, does not sign',
  package: '@stoplight/prism-cli',
  command: 'prism',
  content: description,
  args: (file, port) => ['mock', file, '--port', String(port), '--host', '127.0.0.1', '--multiprocess=false'],
})

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
