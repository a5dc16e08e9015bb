import { listed } from '../../shared/texts.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { define as defineFront } from '../pact/front.ts'
import { define as defineRecord } from '../pact/record.ts'
import { texts } from '../pact/texts.ts'
import { define as defineVerify } from '../pact/verify.ts'

/** `pact` and its subcommands. */
export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command.description(own.description).addRemarks(own.after)
  const verify = command.command('verify').summary(own.verify.summary)
  defineVerify(verify)
  verify.addCommonOptions()
  const record = command.command('record').summary(own.record.summary)
  defineRecord(record)
  record.addCommonOptions()
  const front = command.command('front').summary(own.front.summary)
  defineFront(front)
  front.addCommonOptions()
  const names = command.commands.map((one) => one.name())
  command.action(() => {
    throw usageError(own.subcommandNeeded(listed(names, language)))
  })
}
