import { CliCommand, type DefineCommand } from '../../src/cli/command.ts'
import { commonTexts } from '../../src/cli/texts.ts'

/** Names of the program's commands. */
export const names = Object.keys(commonTexts.en.commands)

/** The command of a name, as the program defines it. */
export async function commandOf(name: string): Promise<CliCommand> {
  const { define }: { define: DefineCommand } = await import(`../../src/cli/commands/${name}.ts`)
  const command = new CliCommand(name, 'en').enablePositionalOptions()
  define(command)
  command.addCommonOptions()
  return command
}
