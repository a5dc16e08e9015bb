import type { TestProject } from 'vitest/node'
import { install, whatIsMissing } from './install.ts'
import { sdks } from './sdks.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why an SDK is not run on this machine, by its name; those that are run are not in it. */
    notRun: Readonly<Record<string, string>>
  }
}

/** Installs the SDKs before any test, one at a time: their compilers want the whole machine. */
export default async function setUp(project: TestProject): Promise<void> {
  const say = (text: string) => process.stderr.write(`sdk matrix: ${text}\n`)
  const notRun: Record<string, string> = {}
  for (const sdk of sdks) {
    const missing = await whatIsMissing(sdk)
    if (missing === undefined) {
      await install(sdk, say)
    } else {
      notRun[sdk.name] = missing
      say(`${sdk.name} is not run: ${missing}`)
    }
  }
  project.provide('notRun', notRun)
}
