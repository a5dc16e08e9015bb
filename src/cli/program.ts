import { CommanderError } from 'commander'
import { VERSION } from '../control/version.ts'
import { UsageError } from '../protocol/errors.ts'
import { CliCommand, type DefineCommand, usageError } from './command.ts'
import { type Language, languageOf } from './language.ts'
import { oneLine, survivePipesThatClose } from './output.ts'
import { commonTexts } from './texts.ts'

type CommandName = keyof typeof commonTexts.en.commands

/** Every command; its folder is loaded when it is called. */
const commands: Readonly<Record<CommandName, () => Promise<{ define: DefineCommand }>>> = {
  serve: () => import('./serve/command.ts'),
  credentials: () => import('./credentials/command.ts'),
  sign: () => import('./sign/command.ts'),
  explain: () => import('./explain/command.ts'),
  verify: () => import('./verify/command.ts'),
  decrypt: () => import('./decrypt/command.ts'),
  notify: () => import('./notify/command.ts'),
  seed: () => import('./seed/command.ts'),
  order: () => import('./order/command.ts'),
  pact: () => import('./pact/command.ts'),
  gauntlet: () => import('./gauntlet/command.ts'),
  ca: () => import('./ca/command.ts'),
  run: () => import('./run/command.ts'),
}

/** Exit code for a bug in this program; 0, 1 and 2 are success, negative result, and usage error. */
const BUG = 70

/** Runs the command that the arguments name; without one, `serve`. Sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  survivePipesThatClose()
  const language = languageOf(args, process.env)
  try {
    checkCommand(args, language)
    await createProgram(language).parseAsync(helpAsOption(args), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return
    if (error instanceof UsageError) {
      process.exitCode = 2
      process.stderr.write(`wechatpay-mock: ${oneLine(error.texts[language])}\n`)
      return
    }
    process.exitCode = BUG
    process.stderr.write(`wechatpay-mock: ${commonTexts[language].bug}\n`)
    console.error(error)
  }
}

function createProgram(language: Language): CliCommand {
  const texts = commonTexts[language]
  const program = new CliCommand('wechatpay-mock', language)
    .description(texts.program.description)
    .version(VERSION, '-V, --version', texts.help.versionOption)
    .enablePositionalOptions()
    .addLanguageOption()
    .addHelpText('after', `\n${texts.program.after}`)
  for (const name of Object.keys(commands) as CommandName[]) {
    program.command(name, { isDefault: name === 'serve' }).summary(texts.commands[name])
  }
  program.hook('preSubcommand', async (_, command) => {
    const { define } = await commands[command.name() as CommandName]()
    const own = command as CliCommand
    define(own)
    own.addCommonOptions()
  })
  return program
}

/** A first word that is no command would be taken for an argument of `serve`. */
function checkCommand(args: readonly string[], language: Language): void {
  const { wrongUse } = commonTexts[language]
  const [first, second, third] = args
  const word = first === '--lang' ? third : first?.startsWith('--lang=') ? second : first
  if (word === undefined || word.startsWith('-') || word === 'help' || Object.hasOwn(commands, word)) return
  throw usageError(wrongUse.unknownCommand(word, Object.keys(commands).join(', ')))
}

/** `help sign` is `sign --help`. */
function helpAsOption(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args]
}
