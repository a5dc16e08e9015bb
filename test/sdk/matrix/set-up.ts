import type { TestProject } from 'vitest/node'
import { isRepresentative } from '../../helpers/representative.ts'
import { install, whatIsMissing } from './install.ts'
import type { Sdk } from './sdk.ts'
import { sdks } from './sdks.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why an SDK is not run on this machine, by its id; those that are run are not in it. */
    notRun: Readonly<Record<string, string>>
    /** Whether the run renews docs/sdk-matrix.md (`--update`). */
    update: boolean
  }
}

/** A language whose compiler builds its SDK with 235 packages of sources: longer than all others take together. */
const SLOWLY_BUILT = 'Rust'

/** Installs the SDKs before any test, one at a time: their compilers want the whole machine. */
export default async function setUp(project: TestProject): Promise<void> {
  const say = (text: string) => process.stderr.write(`sdk matrix: ${text}\n`)
  const notRun: Record<string, string> = {}
  for (const sdk of sdks) {
    const missing = leftToOthers(sdk) ?? (await whatIsMissing(sdk)) ?? (await notInstalled(sdk, say))
    if (missing === undefined) continue
    notRun[sdk.id] = missing
    say(`${sdk.id} is not run: ${missing}`)
  }
  project.provide('notRun', notRun)
  project.provide('update', project.config.snapshotOptions.updateSnapshot === 'all')
}

/** The first SDK of each language stands for the others. */
function leftToOthers({ id, language }: Sdk): string | undefined {
  if (!isRepresentative) return undefined
  if (language === SLOWLY_BUILT) return 'REPRESENTATIVE=1 leaves it to the night, which has the time to build it'
  const first = sdks.find((sdk) => sdk.language === language)
  return first?.id !== id ? `REPRESENTATIVE=1 leaves it to ${first?.id}` : undefined
}

async function notInstalled(sdk: Sdk, say: (text: string) => void): Promise<string | undefined> {
  try {
    await install(sdk, say)
    return undefined
  } catch (error) {
    if (sdk.notInstalled === 'failed') throw error
    say(String(error))
    return `it could not be installed on this machine: \`${sdk.install[0]?.[0]}\` did not get it`
  }
}
