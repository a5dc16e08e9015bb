import { readFileSync, realpathSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { argv, env, execPath } from 'node:process'
import { type Argument, Command, Help, Option } from 'commander'
import { packageFolder } from '../control/package-files.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { isJsonObject } from '../wire/protocol/json-object.ts'
import { shellQuote } from '../wire/shared/shell.ts'
import { listed, nearestWord } from '../wire/shared/texts.ts'
import { choiceOption } from './options.ts'
import { columnsOf } from './output.ts'
import { commonTexts, LANGUAGES, type Language } from './texts.ts'

/**
 * Blanks, or a unit that stays on one line: a word, or a Chinese character, with the punctuation that sticks to it on either side. A list such as
 * `on|off` may be broken after each bar.
 */
const PARTS = /\s+|[（《「『【“‘(]*(?:[\u2E80-\uFFEF]|[^\s|\u2E80-\uFFEF]+\|?|\|)[，。、；：！？）》」』】”’…)]*/gu

/** Breaks a text into lines of some columns, where a reader of English or Chinese would. A unit wider than that stays whole. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n')
}

function wrapLine(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  let blanks = ''
  for (const [part] of text.matchAll(PARTS)) {
    if (part.trim() === '') {
      blanks = part
      continue
    }
    if (line !== '' && columnsOf(line + blanks + part) > columns) {
      lines.push(line)
      line = part
    } else {
      line += blanks + part
    }
    blanks = ''
  }
  return [...lines, line].join('\n')
}

const INDENT = '  '
const GAP = '  '
/** Columns of the narrowest terminal that help is wrapped for. */
const NARROWEST = 40
/** Share of the width that terms may take; the description of a longer term begins on the next line. */
const SHARE_OF_TERMS = 0.35
const COMMAND_LINE = /^(?:wechatpay-mock|curl|pbpaste) /

/** The help of a command in the user's language, as wide as the terminal, where a Chinese character takes two columns. */
class LocalizedHelp extends Help {
  readonly #language: Language

  constructor(language: Language) {
    super()
    this.#language = language
  }

  override styleTitle(title: string): string {
    const { titles } = commonTexts[this.#language].help
    return titles[title as keyof typeof titles] ?? title
  }

  override optionDescription({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
    const { help } = commonTexts[this.#language]
    const standard = defaultValueDescription ?? (defaultValue === undefined ? undefined : String(defaultValue))
    const notes = [argChoices?.join('|'), standard === undefined ? undefined : help.default(standard)].filter(
      (note) => note !== undefined,
    )
    return notes.length === 0 ? description : description + help.notes(notes)
  }

  override argumentDescription({ description }: Argument): string {
    return description
  }

  override displayWidth(text: string): number {
    return columnsOf(text)
  }

  override boxWrap(text: string, width: number): string {
    return wrap(text, width)
  }

  override padWidth(command: Command, helper: Help): number {
    return Math.min(super.padWidth(command, helper), Math.floor(this.#width * SHARE_OF_TERMS))
  }

  override formatItem(term: string, termWidth: number, description: string): string {
    if (description === '') return INDENT + term
    const margin = ' '.repeat(INDENT.length + termWidth + GAP.length)
    const lines = wrap(description, this.#width - margin.length).replaceAll('\n', `\n${margin}`)
    const padding = ' '.repeat(Math.max(0, termWidth - columnsOf(term)))
    return columnsOf(term) > termWidth ? `${INDENT}${term}\n${margin}${lines}` : INDENT + term + padding + GAP + lines
  }

  /** Examples and remarks below the rest of the help: command lines stay whole, and a note that does not fit beside one goes below it. */
  formatRemarks(text: string): string {
    return text
      .split('\n')
      .map((line) => {
        // Lines to be copied.
        if (line.startsWith(INDENT)) return line
        if (!COMMAND_LINE.test(line)) return wrap(line, this.#width)
        const [command = '', remark] = line.split(/ {2,}/)
        if (remark === undefined || columnsOf(line) <= this.#width) return line
        const margin = INDENT + INDENT
        return `${command}\n${margin}${wrap(remark, this.#width - margin.length).replaceAll('\n', `\n${margin}`)}`
      })
      .join('\n')
  }

  get #width(): number {
    return Math.max(this.helpWidth ?? 80, NARROWEST)
  }
}

/**
 * The command that calls this program again from a shell: in any directory, or in that of the project it is installed in.
 *
 * The executable has no script. In a clone, names the Node that runs it, unless the shell finds the same one: another may be too old for TypeScript.
 */
export function ownCommand(script = argv[1] ?? '', path = env.PATH ?? ''): string {
  if (packageFolder() === undefined) {
    const own = basename(execPath)
    return isFound(own, execPath, path) ? own : shellQuote(execPath)
  }
  const name = basename(script)
  if (name === 'wechatpay-mock' && isFound(name, script, path)) return name
  const npx = throughNpx(script)
  if (npx !== undefined) return npx
  return `${isFound('node', execPath, path) ? 'node' : shellQuote(execPath)} ${shellQuote(script)}`
}

function throughNpx(script: string): string | undefined {
  if (!/[\\/]node_modules[\\/]/.test(script)) return undefined
  const cache = /^.*[\\/]_npx[\\/][^\\/]+(?=[\\/])/.exec(script)?.[0]
  if (cache === undefined) return 'npx wechatpay-mock'
  // npx would look in the registry for something that it was given as a file or a folder.
  const spec = askedFor(cache)
  return spec !== undefined && /^wechatpay-mock(?:@[\w.^~-]+)?$/.test(spec) ? `npx ${spec}` : undefined
}

/** The package spec for which npx filled a folder of its cache. */
function askedFor(cache: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(cache, 'package.json'), 'utf8'))
    const { packages } = Object(isJsonObject(manifest) ? manifest._npx : undefined)
    return Array.isArray(packages) ? packages.map(String)[0] : undefined
  } catch {
    // Another npm may store it differently: the path is right in any case.
    return undefined
  }
}

/** Whether the shell finds this very file by name alone. Ignores the folders that npm puts in front of the PATH of the programs it runs. */
function isFound(name: string, file: string, path: string): boolean {
  const folders = path.split(delimiter).filter((folder) => folder !== '' && !/[\\/]node_modules[\\/]/.test(folder))
  const first = folders.map((folder) => realPath(join(folder, name))).find((found) => found !== undefined)
  return first !== undefined && first === realPath(file)
}

/** `undefined` for a file that does not exist. */
function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

/** A usage error of the command line, in the user's language: one line on standard error and exit code 2. */
export function usageError(message: string, cause?: unknown): UsageError {
  return new UsageError('MOCK_COMMAND_LINE', { en: message, zh: message }, { cause })
}

/** Gives a command its arguments, its options and its action. */
export type DefineCommand = (command: CliCommand) => void

/** Gives a command the description and the remarks in its texts, and then its arguments, options and action. */
export function defines<Texts extends { readonly description: string; readonly after?: unknown }>(
  texts: Readonly<Record<Language, Texts>>,
  define: (command: CliCommand, own: Texts, language: Language) => void,
): DefineCommand {
  return (command) => {
    const own = texts[command.language]
    command.description(own.description)
    if (typeof own.after === 'string') command.addRemarks(own.after)
    define(command, own, command.language)
  }
}

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
