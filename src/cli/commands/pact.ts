import type { DefineCommand } from '../command.ts'
import { define as defineRecord } from '../pact/record.ts'
import { define as defineVerify } from '../pact/verify.ts'
import { usageError } from '../usage.ts'

/** `pact` and its subcommands; each has a file in `src/cli/pact`. */
export const define: DefineCommand = (command, context) => {
  const { pact } = context.texts
  command.description(pact.description).addHelpText('after', `\n${pact.after}`)
  const verify = command.command('verify').summary(pact.verify.summary)
  defineVerify(verify, context)
  verify.addCommonOptions()
  const record = command.command('record').summary(pact.record.summary)
  defineRecord(record, context)
  record.addCommonOptions()
  command.action(() => {
    throw usageError(pact.subcommandNeeded(command.commands.map((one) => one.name()).join(', ')))
  })
}
