import { CommanderError } from 'commander'
import { VERSION } from '../control/version.ts'
import { UsageError } from '../protocol/errors.ts'
import { CliCommand, type DefineCommand } from './command.ts'
import { languageOf, loadTexts } from './language.ts'
import { oneLine, survivePipesThatClose } from './output.ts'
import type { Texts } from './texts/en.ts'
import { usageError } from './usage.ts'

/** Every command; its file is loaded when it is called. */
const commands: Readonly<Record<keyof Texts['commands'], () => Promise<{ define: DefineCommand }>>> = {
  serve: () => import('./commands/serve.ts'),
  credentials: () => import('./commands/credentials.ts'),
  sign: () => import('./commands/sign.ts'),
  explain: () => import('./commands/explain.ts'),
  verify: () => import('./commands/verify.ts'),
  decrypt: () => import('./commands/decrypt.ts'),
  notify: () => import('./commands/notify.ts'),
  seed: () => import('./commands/seed.ts'),
  order: () => import('./commands/order.ts'),
  pact: () => import('./commands/pact.ts'),
  gauntlet: () => import('./commands/gauntlet.ts'),
  ca: () => import('./commands/ca.ts'),
  run: () => import('./commands/run.ts'),
}

/** Exit code for a bug in this program; 0, 1 and 2 are done, no, and used wrongly. */
const BUG = 70

/** Runs the command that the arguments name; without one, `serve`. Sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  survivePipesThatClose()
  const texts = await loadTexts(languageOf(args, process.env))
  try {
    checkCommand(args, texts)
    await createProgram(texts).parseAsync(helpAsOption(args), { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return
    if (error instanceof UsageError) {
      process.exitCode = 2
      process.stderr.write(`wechatpay-mock: ${oneLine(error.message)}\n`)
      return
    }
    process.exitCode = BUG
    process.stderr.write(`wechatpay-mock: ${texts.bug}\n`)
    console.error(error)
  }
}

function createProgram(texts: Texts): CliCommand {
  const program = new CliCommand('wechatpay-mock', texts)
    .description(texts.program.description)
    .version(VERSION, '-V, --version', texts.help.versionOption)
    .enablePositionalOptions()
    .addLanguageOption()
    .addHelpText('after', `\n${texts.program.after}`)
  for (const name of Object.keys(commands) as (keyof typeof commands)[]) {
    program.command(name, { isDefault: name === 'serve' }).summary(texts.commands[name])
  }
  program.hook('preSubcommand', async (_, command) => {
    const load = commands[command.name() as keyof typeof commands]
    const { define } = await load()
    const own = command as CliCommand
    define(own, { texts })
    own.addCommonOptions()
  })
  return program
}

/** A first word that is no command would be taken for an argument of `serve`. */
function checkCommand(args: readonly string[], { wrongUse }: Texts): void {
  const [first, second, third] = args
  const word = first === '--lang' ? third : first?.startsWith('--lang=') ? second : first
  if (word === undefined || word.startsWith('-') || word === 'help' || Object.hasOwn(commands, word)) return
  throw usageError(wrongUse.unknownCommand(word, Object.keys(commands).join(', ')))
}

/** `help sign` is `sign --help`. */
function helpAsOption(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args]
}
