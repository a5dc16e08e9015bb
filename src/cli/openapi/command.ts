import { createMock } from '../../index.ts'
import type { DefineCommand } from '../command.ts'
import { print, printJson } from '../output.ts'
import { DEFAULT_URL } from '../running-mock.ts'
import { texts } from './texts.ts'

export const define: DefineCommand = (command) => {
  const own = texts[command.language]
  command
    .description(own.description)
    .addRemarks(own.after)
    .action(async () => {
      const document = await createMock().control.openapi()
      const ofServer = { ...document, servers: [{ url: DEFAULT_URL }] }
      await (command.opts<{ json?: boolean }>().json
        ? printJson(ofServer)
        : print(`${JSON.stringify(ofServer, null, 2)}\n`))
    })
}
