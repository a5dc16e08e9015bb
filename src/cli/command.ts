import { Command, InvalidArgumentError, Option } from 'commander'
import type { Texts } from './texts/en.ts'
import { usageError } from './usage.ts'

/** What every command is made with, and does its work with. */
export interface CliContext {
  readonly texts: Texts
}

/** Gives a command its arguments, its options and its work. */
export type DefineCommand = (command: CliCommand, context: CliContext) => void

/** A commander command that speaks the chosen language, and throws a one-line `UsageError` where commander would print and exit. */
export class CliCommand extends Command {
  readonly texts: Texts

  constructor(name: string, texts: Texts) {
    super(name)
    this.texts = texts
    const { help } = texts
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
    return new CliCommand(name, this.texts)
  }

  /** Adds the options that every command has. */
  addCommonOptions(): this {
    return this.addOption(new Option('--json', this.texts.common.json)).addLanguageOption()
  }

  addLanguageOption(): this {
    return this.addOption(choiceOption('--lang <language>', this.texts.common.lang, ['zh', 'en'], this.texts))
  }

  override error(message: string, options: { code?: string } = {}): never {
    throw usageError(this.#translate(message, options.code) + this.texts.wrongUse.seeHelp(this.#fullName()))
  }

  #fullName(): string {
    const { parent } = this
    return parent instanceof CliCommand ? `${parent.#fullName()} ${this.name()}` : this.name()
  }

  /** Commander's own messages are English; what they are about stands in them between quotes. */
  #translate(message: string, code: string | undefined): string {
    const { wrongUse } = this.texts
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

type Parse<Value> = (text: string) => Value

/** An option whose value is read by `parse`, which throws {@link InvalidArgumentError} with what would be right. */
export function option<Value>(flags: string, description: string, parse: Parse<Value>): Option {
  return new Option(flags, description).argParser((text) => parse(text))
}

/** An option that takes one of a few words. */
export function choiceOption(flags: string, description: string, words: readonly string[], texts: Texts): Option {
  return new Option(flags, description).choices(words).argParser((text) => {
    if (words.includes(text)) return text
    throw new InvalidArgumentError(texts.wrongUse.oneOf(words.join(', ')))
  })
}

/** Reads a whole number in decimal digits, both ends included. */
export function wholeNumber(min: number, max: number, texts: Texts): Parse<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(texts.wrongUse.wholeNumber(min, max))
  }
}

/** Reads a percentage, 0 to 100, whole or with decimals. */
export function percentage(expected: string): Parse<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,3}(?:\.\d{1,6})?$/.test(text) && value <= 100) return value
    throw new InvalidArgumentError(expected)
  }
}

/** Reads text that a pattern describes, such as a serial number. */
export function textLike(pattern: RegExp, expected: string): Parse<string> {
  return (text) => {
    if (pattern.test(text)) return text
    throw new InvalidArgumentError(expected)
  }
}
