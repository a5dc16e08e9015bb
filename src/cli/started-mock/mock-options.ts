import { InvalidArgumentError } from 'commander'
import type { ClockSetting } from '../../engine/clock.ts'
import type { MockOptions } from '../../mock.ts'
import { parseInstant } from '../../protocol/instant.ts'
import type { CliCommand } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import type { Language } from '../language.ts'
import { allowCallbackHostOption, choiceOption, option, percentage, textLike, wholeNumber } from '../options.ts'
import { texts } from './texts.ts'

/** The options of every command that starts a mock. */
export interface MockCommandOptions
  extends Required<
    Pick<
      MockOptions,
      'orders' | 'auth' | 'keyMode' | 'rateLimit' | 'stockReadyAfter' | 'signatureClock' | 'journalLimit' | 'diagnosis'
    >
  > {
  readonly callbackPublicKeyShare?: number
  readonly seed: string
  readonly data?: string
  readonly store?: string
  readonly clock?: Partial<ClockSetting>
  readonly randomSeed?: string
  readonly allowCallbackHost?: readonly string[]
  readonly dataDir: string
  readonly proxyPassthrough?: boolean
}

/** Adds the options of {@link MockCommandOptions}. */
export function addMockOptions(command: CliCommand, language: Language): CliCommand {
  const own = texts[language]
  const choice = (flags: string, description: string, words: readonly [string, ...string[]], standard = words[0]) =>
    choiceOption(flags, description, words, language).default(standard)
  return command
    .addOption(option('--seed <file|scenario>', own.seed, textLike(/./, own.seedExpected)).default('default'))
    .addOption(option('--data <file>', own.data.option, textLike(/^[^\0]+$/, own.data.expected)))
    .addOption(option('--store <address>', own.store.option, textLike(/^rediss?:/, own.store.expected)))
    .addOption(option('--clock <time|frozen>', own.clock, (text) => parseClock(text, language)))
    .addOption(choice('--orders <which>', own.orders, ['any', 'known']))
    .addOption(choice('--auth <how>', own.auth, ['strict', 'lenient']))
    .addOption(choice('--key-mode <mode>', own.keyMode, ['certificate', 'public-key', 'both'], 'both'))
    .addOption(choice('--rate-limit <state>', own.rateLimit, ['on', 'off'], 'off'))
    .addOption(
      option('--stock-ready-after <seconds>', own.stockReadyAfter, wholeNumber(0, 86_400, language)).default(0),
    )
    .addOption(
      option('--callback-public-key-share <percent>', own.callbackPublicKeyShare, percentage(own.percentExpected)),
    )
    .addOption(choice('--diagnosis <state>', own.diagnosis, ['on', 'off']))
    .addOption(choice('--signature-clock <which>', own.signatureClock, ['mock', 'machine']))
    .addOption(option('--random-seed <text>', own.randomSeed, textLike(/./, own.randomSeedExpected)))
    .addOption(option('--journal-limit <number>', own.journalLimit, wholeNumber(0, 1_000_000, language)).default(1_000))
    .addOption(allowCallbackHostOption(language))
    .option('--proxy-passthrough', own.proxyPassthrough)
    .addOption(dataDirectoryOption(language))
}

function parseClock(text: string, language: Language): Partial<ClockSetting> {
  if (text === 'frozen') return { frozen: true }
  const frozen = text.startsWith('frozen@')
  const now = parseInstant(frozen ? text.slice('frozen@'.length) : text)
  if (now === undefined) throw new InvalidArgumentError(texts[language].clockExpected)
  return { now, frozen }
}
