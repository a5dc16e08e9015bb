import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATH } from '../associate-requests.ts'
import { installPackage } from './npm-package.ts'
import type { Peer } from './peer.ts'
import { PLAIN_ANSWER, PLAIN_REQUEST } from './plain-request.ts'
import { freePort, startProgram } from './start-program.ts'

/** A fixed answer for a path. */
export const mockoon: Peer = {
  name: 'Mockoon CLI',
  does: 'answers a fixed body; does not verify, no state, does not sign',
  async start(folder, run) {
    const { version, script } = await installPackage('@mockoon/cli', 'mockoon-cli', folder, run)
    const port = await freePort()
    const file = join(folder, 'environment.json')
    writeFileSync(file, JSON.stringify(environment(port)))
    const program = await startProgram(
      process.execPath,
      [script, 'start', '--data', file, '--port', String(port), '--hostname', '127.0.0.1', '--disable-log-to-file'],
      { folder, port },
    )
    return { ...program, version, url: `http://127.0.0.1:${port}${PATH}`, requests: async () => [PLAIN_REQUEST] }
  },
}

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
