import { Command, Option } from 'commander'
import { UsageError } from '../protocol/errors.ts'
import { nearestWord } from '../shared/edit-distance.ts'
import { shellQuote } from '../shared/shell.ts'
import { listed } from '../shared/texts.ts'
import { LocalizedHelp } from './help.ts'
import { LANGUAGES, type Language } from './language.ts'
import { choiceOption } from './options.ts'
import { ownCommand } from './own-command.ts'
import { commonTexts } from './texts.ts'

/** A usage error of the command line, in the user's language: one line on standard error and exit code 2. */
export function usageError(message: string, cause?: unknown): UsageError {
  return new UsageError('MOCK_COMMAND_LINE', { en: message, zh: message }, { cause })
}

/** Gives a command its arguments, its options and its action. */
export type DefineCommand = (command: CliCommand) => void

/** A commander command that speaks the chosen language, and throws a one-line `UsageError` where commander would print and exit. */
export class CliCommand extends Command {
  readonly language: Language
  #takesCommand = false

  constructor(name: string, language: Language) {
    super(name)
    this.language = language
    const { help } = commonTexts[language]
    this.exitOverride()
    this.helpCommand(false)
    this.helpOption('-h, --help', help.helpOption)
  }

  override createHelp(): LocalizedHelp {
    return Object.assign(new LocalizedHelp(this.language), this.configureHelp())
  }

  /** Adds examples and remarks below the help. */
  addRemarks(text: string): this {
    return this.addHelpText('after', () => {
      const help = this.createHelp()
      const helpWidth = this.configureOutput().getOutHelpWidth?.()
      help.prepareContext(helpWidth === undefined ? {} : { helpWidth })
      return `\n${help.formatRemarks(text)}`
    })
  }

  override createCommand(name = ''): CliCommand {
    return new CliCommand(name, this.language)
  }

  /** Adds the options that every command has. */
  addCommonOptions(): this {
    return this.addOption(new Option('--json', this.#texts.options.json)).addLanguageOption()
  }

  addLanguageOption(): this {
    return this.addOption(choiceOption('--lang <language>', this.#texts.options.lang, LANGUAGES, this.language))
  }

  /** Adds an argument that is a command of the user's. It must follow `--`: its options would be taken for ours. */
  takeCommand(description: string): this {
    this.#takesCommand = true
    return this.argument('[command...]', description).usage('[options] -- [command...]')
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    if (this.#takesCommand) this.#checkSeparator(args)
    return super.parseOptions(args)
  }

  override error(message: string, options: { code?: string } = {}): never {
    this.refuse(this.#translate(message, options.code))
  }

  /** Throws a usage error that points to the help of this command. */
  refuse(message: string): never {
    throw usageError(message + this.#texts.wrongUse.seeHelp(this.#fullName()))
  }

  get #texts() {
    return commonTexts[this.language]
  }

  #checkSeparator(args: readonly string[]): void {
    const at = this.#operandIn(args)
    if (at === undefined) return
    const words = [...this.#names(), ...args.slice(0, at), '--', ...args.slice(at)]
    throw usageError(this.#texts.wrongUse.behindSeparator(`${ownCommand()} ${words.map(shellQuote).join(' ')}`))
  }

  /** Error text for a word that is not a subcommand. */
  #unknownCommand(): string {
    const [word = ''] = this.args
    const names = this.commands.map((one) => one.name())
    return this.#texts.wrongUse.unknownCommand(word, listed(names, this.language), nearestWord(word, names))
  }

  /** Index of the first word that is neither an option nor the value of one; `undefined` if `--` or an unknown option comes first. */
  #operandIn(args: readonly string[]): number | undefined {
    for (let at = 0; at < args.length; at++) {
      const word = args[at] ?? ''
      if (!word.startsWith('-')) return at
      const own = this.options.find(({ long, short }) => [long, short].includes(word.split('=', 1)[0]))
      if (!own) return undefined
      if (own.required && !word.includes('=')) at++
      while (own.variadic && at + 1 < args.length && !args[at + 1]?.startsWith('-')) at++
    }
    return undefined
  }

  #fullName(): string {
    const { parent } = this
    return parent instanceof CliCommand ? `${parent.#fullName()} ${this.name()}` : this.name()
  }

  /** The words that name this command, after the name of the program. */
  #names(): string[] {
    const { parent } = this
    return parent instanceof CliCommand ? [...parent.#names(), this.name()] : []
  }

  /** Commander's own messages are English, and quote their subject. */
  #translate(message: string, code: string | undefined): string {
    const { wrongUse } = this.#texts
    const subject = /'(.*?)'/s.exec(message)?.[1] ?? ''
    switch (code) {
      case 'commander.unknownOption':
        return wrongUse.unknownOption(subject, /Did you mean (?:one of )?(.*?)\?/.exec(message)?.[1])
      case 'commander.missingArgument':
        return wrongUse.missingArgument(subject)
      case 'commander.optionMissingArgument':
        return wrongUse.optionWithoutValue(subject)
      case 'commander.excessArguments':
        if (this.commands.length > 0) return this.#unknownCommand()
        return wrongUse.tooManyArguments(this.args.slice(this.registeredArguments.length).join(' '))
      case 'commander.invalidArgument': {
        const [, value = '', reason = ''] = /' (?:argument|value) '(.*)' is invalid\. (.*)$/s.exec(message) ?? []
        return wrongUse.badValue(subject, value, reason)
      }
      default:
        return message.replace(/^error: /, '')
    }
  }
}
