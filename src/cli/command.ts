import { Command, Option } from 'commander'
import { UsageError } from '../protocol/errors.ts'
import { LANGUAGES, type Language } from './language.ts'
import { choiceOption } from './options.ts'
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

  constructor(name: string, language: Language) {
    super(name)
    this.language = language
    const { help } = commonTexts[language]
    this.exitOverride()
    this.helpCommand(false)
    this.helpOption('-h, --help', help.helpOption)
    this.configureHelp({
      styleTitle: (title) => help.titles[title as keyof typeof help.titles] ?? title,
      optionDescription: ({ description, argChoices, defaultValue, defaultValueDescription }) => {
        const standard = defaultValueDescription ?? (defaultValue === undefined ? undefined : String(defaultValue))
        const notes = [argChoices?.join('|'), standard !== undefined && help.default(standard)].filter(Boolean)
        return notes.length === 0 ? description : `${description} (${notes.join('; ')})`
      },
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

  override error(message: string, options: { code?: string } = {}): never {
    throw usageError(this.#translate(message, options.code) + this.#texts.wrongUse.seeHelp(this.#fullName()))
  }

  get #texts() {
    return commonTexts[this.language]
  }

  #fullName(): string {
    const { parent } = this
    return parent instanceof CliCommand ? `${parent.#fullName()} ${this.name()}` : this.name()
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
