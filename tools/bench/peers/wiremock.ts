import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PATH } from '../associate-requests.ts'
import type { Peer } from './peer.ts'
import { PLAIN_ANSWER, PLAIN_REQUEST } from './plain-request.ts'
import { freePort, startProgram } from './start-program.ts'

/** A fixed answer for a path, in Java. */
export const wiremock: Peer = {
  name: 'WireMock',
  does: 'answers a fixed body; does not verify, named scenarios for state, does not sign',
  async start(folder, run) {
    await run('mvn', [
      '--batch-mode',
      '--quiet',
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy',
      '-Dartifact=org.wiremock:wiremock-standalone:RELEASE',
      `-DoutputDirectory=${folder}`,
    ])
    const jar = readdirSync(folder).find((name) => name.endsWith('.jar'))
    if (jar === undefined) throw new Error('Maven has copied no jar')
    mkdirSync(join(folder, 'mappings'))
    const stub = {
      request: { method: 'POST', urlPath: PATH },
      response: { status: 200, body: PLAIN_ANSWER, headers: { 'Content-Type': 'application/json' } },
    }
    writeFileSync(join(folder, 'mappings', 'associate.json'), JSON.stringify(stub))
    const port = await freePort()
    const program = await startProgram(
      'java',
      [
        '-jar',
        jar,
        '--port',
        String(port),
        '--bind-address',
        '127.0.0.1',
        '--no-request-journal',
        '--root-dir',
        folder,
      ],
      { folder, port },
    )
    return {
      ...program,
      version: /-(\d[^/]*)\.jar$/.exec(jar)?.[1] ?? jar,
      url: `http://127.0.0.1:${port}${PATH}`,
      requests: async () => [PLAIN_REQUEST],
    }
  },
}
