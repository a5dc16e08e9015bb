import { PATH } from '../associate-requests.ts'
import { npmPeer } from './npm-peer.ts'
import { PLAIN_ANSWER } from './plain-request.ts'

/** A fixed answer for a path. */
export const mockoon = npmPeer({
  name: 'Mockoon CLI',
  does: 'answers a fixed body; does not verify, no state, does not sign',
  package: '@mockoon/cli',
  command: 'mockoon-cli',
  content: environment,
  args: (file, port) => [
    'start',
    '--data',
    file,
    '--port',
    String(port),
    '--hostname',
    '127.0.0.1',
    '--disable-log-to-file',
  ],
})

function environment(port: number): unknown {
  return {
    uuid: 'a0000000-0000-4000-8000-000000000001',
    lastMigration: 33,
    name: 'bench',
    port,
    hostname: '127.0.0.1',
    endpointPrefix: '',
    latency: 0,
    routes: [
      {
        uuid: 'a0000000-0000-4000-8000-000000000002',
        type: 'http',
        method: 'post',
        endpoint: PATH.slice(1),
        responses: [
          {
            uuid: 'a0000000-0000-4000-8000-000000000003',
            body: PLAIN_ANSWER,
            statusCode: 200,
            headers: [{ key: 'Content-Type', value: 'application/json' }],
            bodyType: 'INLINE',
            latency: 0,
            rules: [],
            rulesOperator: 'OR',
            default: true,
          },
        ],
      },
    ],
    rootChildren: [{ type: 'route', uuid: 'a0000000-0000-4000-8000-000000000002' }],
    folders: [],
    headers: [],
    data: [],
    callbacks: [],
  }
}
