import { InvalidArgumentError, Option } from 'commander'
import { EVIDENCE } from '../wire/protocol/errors.ts'
import { parseInstant } from '../wire/protocol/instant.ts'
import { listed } from '../wire/shared/texts.ts'
import { commonTexts, type Language } from './texts.ts'

type Parse<Value> = (text: string) => Value

/** An option whose value is read by `parse`, which throws {@link InvalidArgumentError} saying what to use instead. */
export function option<Value>(flags: string, description: string, parse: Parse<Value>): Option {
  return new Option(flags, description).argParser((text) => parse(text))
}

/**
 * An option that takes one of a few words.
 *
 * @param others words that are accepted too, but are too many to list
 */
export function choiceOption(
  flags: string,
  description: string,
  words: readonly string[],
  language: Language,
  others: readonly string[] = [],
): Option {
  return new Option(flags, description).choices(words).argParser((text) => {
    if (words.includes(text) || others.includes(text)) return text
    throw new InvalidArgumentError(commonTexts[language].wrongUse.oneOf(listed(words, language)))
  })
}

/** Parses a whole number in decimal digits, both ends included. */
export function wholeNumber(min: number, max: number, language: Language): Parse<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(commonTexts[language].wrongUse.wholeNumber(min, max))
  }
}

/** `--timeout <seconds>`: how long each answer may take. */
export function timeoutOption(language: Language): Option {
  return option('--timeout <seconds>', commonTexts[language].options.timeout, wholeNumber(1, 600, language)).default(30)
}

/** `--min-evidence <word>`: the least that a contract may rely on. */
export function minEvidenceOption(language: Language): Option {
  return choiceOption('--min-evidence <word>', commonTexts[language].options.minEvidence, EVIDENCE, language)
}

/** Parses a percentage, 0 to 100, whole or with decimals. */
export function percentage(expected: string): Parse<number> {
  return (text) => {
    const value = Number(text)
    if (/^\d{1,3}(?:\.\d{1,6})?$/.test(text) && value <= 100) return value
    throw new InvalidArgumentError(expected)
  }
}

/** Parses text that matches a pattern, such as a serial number. */
export function textLike(pattern: RegExp, expected: string): Parse<string> {
  return (text) => {
    if (pattern.test(text)) return text
    throw new InvalidArgumentError(expected)
  }
}

/** Parses a time to compare with, seconds since 1970 or with an offset; epoch milliseconds. */
export function parseTime(text: string, language: Language): number {
  const at = /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : parseInstant(text)
  if (at === undefined) throw new InvalidArgumentError(commonTexts[language].options.timeExpected)
  return at
}

/** A name or an address, without a port; an IPv6 address with or without brackets. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[?(?=(?:[^:]*:){2})[\dA-Fa-f:.]+\]?)$/

/** An option that takes hosts: repeated, or several after one flag; separated by commas or blanks in the environment. */
export function hostsOption(flags: `${string} <host...>`, description: string, language: Language): Option {
  return new Option(flags, description).argParser((text, before: readonly string[] = []) => {
    const hosts = text.split(/[\s,]+/).filter((host) => host !== '')
    if (hosts.length === 0 || !hosts.every((host) => HOST.test(host))) {
      throw new InvalidArgumentError(commonTexts[language].options.hostsExpected)
    }
    return [...before, ...hosts]
  })
}

export function allowCallbackHostOption(language: Language): Option {
  return hostsOption('--allow-callback-host <host...>', commonTexts[language].callbackHosts.option, language)
}
