import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Mock } from '../../src/engine/mock.ts'
import { mockOf } from '../../src/mock.ts'
import { startServer } from '../../src/transports/node-server.ts'
import type { MessageProviders } from '../kit/messages.ts'
import type { InteractionResult, PactVerification } from '../kit/report.ts'
import { verifyPacts } from '../kit/verify-pacts.ts'

const directory = fileURLToPath(new URL('../pacts/', import.meta.url))
const pactFiles = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => directory + name)

/** Verifies all of our contracts against a mock, over a server of its own. */
export async function verifyOurPacts(engine: Mock, messages: MessageProviders = {}): Promise<PactVerification> {
  // Bugs are part of what is broken; the contracts have to notice them, not the log.
  const mock = mockOf(engine, undefined)
  const server = await startServer({ mock, port: 0, onBug: () => {} })
  try {
    return await verifyPacts({ pactFiles, url: server.url, control: mock.control, messages })
  } finally {
    await server.close(0)
  }
}

/** What was found wrong with an interaction, one sentence for each thing: `<description>: <reason>`. */
export function findingsOf({ description, mismatches, reasons }: InteractionResult): string[] {
  return [...reasons, ...mismatches.map(({ at, text }) => (at === undefined ? text : `${at}: ${text}`))].map(
    (finding) => `${description}: ${finding}`,
  )
}
