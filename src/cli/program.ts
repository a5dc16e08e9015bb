import { CommanderError } from 'commander'
import { VERSION } from '../control/package-files.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { listed, nearestWord } from '../wire/shared/texts.ts'
import { CliCommand, type DefineCommand, usageError } from './command.ts'
import { failureOf, reportBug, reportFailure, wantsJson } from './failure.ts'
import { survivePipesThatClose } from './output.ts'
import { commonTexts, type Language, languageOf } from './texts.ts'

type CommandName = keyof typeof commonTexts.en.commands

/** Every command; its file is loaded when it is called. */
const commands: Readonly<Record<CommandName, () => Promise<{ define: DefineCommand }>>> = {
  serve: () => import('./commands/serve.ts'),
  credentials: () => import('./commands/credentials.ts'),
  sign: () => import('./commands/sign.ts'),
  explain: () => import('./commands/explain.ts'),
  code: () => import('./commands/code.ts'),
  verify: () => import('./commands/verify.ts'),
  decrypt: () => import('./commands/decrypt.ts'),
  notify: () => import('./commands/notify.ts'),
  seed: () => import('./commands/seed.ts'),
  order: () => import('./commands/order.ts'),
  transfer: () => import('./commands/transfer.ts'),
  clock: () => import('./commands/clock.ts'),
  pact: () => import('./commands/pact.ts'),
  openapi: () => import('./commands/openapi.ts'),
  gauntlet: () => import('./commands/gauntlet.ts'),
  ca: () => import('./commands/ca.ts'),
  run: () => import('./commands/run.ts'),
  health: () => import('./commands/health.ts'),
  mcp: () => import('./commands/mcp.ts'),
}

/** Exit code for a bug in this program; 0, 1 and 2 are success, negative result, and usage error. */
const BUG = 70

/** Runs the command that the arguments name; without one, `serve`. Sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  survivePipesThatClose()
  const language = languageOf(args, process.env)
  const command = commandIn(args)
  const json = wantsJson(args, command, process.env)
  try {
    checkCommand(command, language)
    await createProgram(language).parseAsync(helpAsOption(args), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return
    if (error instanceof UsageError) {
      process.exitCode = 2
      reportFailure(failureOf(error, language), json)
      return
    }
    process.exitCode = BUG
    reportBug(error, { json, language })
  }
}

function createProgram(language: Language): CliCommand {
  const texts = commonTexts[language]
  const program = new CliCommand('wechatpay-mock', language)
    .description(texts.program.description)
    .version(VERSION, '-V, --version', texts.help.versionOption)
    .enablePositionalOptions()
    .addLanguageOption()
    .addRemarks(texts.program.after)
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

/** The word in the place of a command; `undefined` if the line is empty or begins with an option. */
function commandIn([first, second, third]: readonly string[]): string | undefined {
  const word = first === '--lang' ? third : first?.startsWith('--lang=') ? second : first
  return word?.startsWith('-') ? undefined : word
}

/** A first word that is not a command would be taken for an argument of `serve`. */
function checkCommand(word: string | undefined, language: Language): void {
  if (word === undefined || word === 'help' || Object.hasOwn(commands, word)) return
  const names = Object.keys(commands)
  throw usageError(
    commonTexts[language].wrongUse.unknownCommand(word, listed(names, language), nearestWord(word, names)),
  )
}

/** `help sign` is `sign --help`. */
function helpAsOption(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args]
}
