import { CommanderError } from 'commander'
import { VERSION } from '../control/version.ts'
import { UsageError } from '../protocol/errors.ts'
import { nearestWord } from '../shared/edit-distance.ts'
import { listed } from '../shared/texts.ts'
import { CliCommand, type DefineCommand, usageError } from './command.ts'
import { failureOf, reportBug, reportFailure, wantsJson } from './failure.ts'
import { type Language, languageOf } from './language.ts'
import { survivePipesThatClose } from './output.ts'
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
  transfer: () => import('./transfer/command.ts'),
  pact: () => import('./pact/command.ts'),
  openapi: () => import('./openapi/command.ts'),
  gauntlet: () => import('./gauntlet/command.ts'),
  ca: () => import('./ca/command.ts'),
  run: () => import('./run/command.ts'),
  health: () => import('./health/command.ts'),
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
