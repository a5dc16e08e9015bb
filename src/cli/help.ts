import { type Argument, type Command, Help, type Option } from 'commander'
import type { Language } from './language.ts'
import { columnsOf } from './output.ts'
import { commonTexts } from './texts.ts'
import { wrap } from './wrap.ts'

const INDENT = '  '
const GAP = '  '
/** Columns of the narrowest terminal that help is wrapped for. */
const NARROWEST = 40
/** Share of the width that terms may take; the description of a longer term begins on the next line. */
const SHARE_OF_TERMS = 0.35
/** A command line to paste. */
const COMMAND_LINE = /^(?:wechatpay-mock|curl|pbpaste) /

/** The help of a command in the user's language, as wide as the terminal, where a Chinese character takes two columns. */
export class LocalizedHelp extends Help {
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
