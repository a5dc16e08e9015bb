import { InvalidArgumentError } from 'commander'
import type { ClockSetting } from '../../engine/clock.ts'
import type { MockOptions } from '../../mock.ts'
import { parseInstant } from '../../protocol/instant.ts'
import { allowCallbackHostOption } from '../callback-hosts.ts'
import { type CliCommand, choiceOption, option, percentage, textLike, wholeNumber } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import type { Texts } from '../texts/en.ts'

/** What a mock that a command starts is told, whatever the command. */
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
export function addMockOptions(command: CliCommand, texts: Texts): CliCommand {
  const { serve } = texts
  const choice = (flags: string, description: string, words: readonly [string, ...string[]], standard = words[0]) =>
    choiceOption(flags, description, words, texts).default(standard)
  return command
    .addOption(option('--seed <file|scenario>', serve.seed, textLike(/./, serve.seedExpected)).default('default'))
    .addOption(option('--data <file>', texts.data.option, textLike(/^[^\0]+$/, texts.data.expected)))
    .addOption(option('--store <address>', texts.store.option, textLike(/^rediss?:/, texts.store.expected)))
    .addOption(option('--clock <time|frozen>', serve.clock, (text) => parseClock(text, texts)))
    .addOption(choice('--orders <which>', serve.orders, ['any', 'known']))
    .addOption(choice('--auth <how>', serve.auth, ['strict', 'lenient']))
    .addOption(choice('--key-mode <mode>', serve.keyMode, ['certificate', 'public-key', 'both'], 'both'))
    .addOption(choice('--rate-limit <state>', serve.rateLimit, ['on', 'off'], 'off'))
    .addOption(option('--stock-ready-after <seconds>', serve.stockReadyAfter, wholeNumber(0, 86_400, texts)).default(0))
    .addOption(
      option('--callback-public-key-share <percent>', serve.callbackPublicKeyShare, percentage(serve.percentExpected)),
    )
    .addOption(choice('--diagnosis <state>', serve.diagnosis, ['on', 'off']))
    .addOption(choice('--signature-clock <which>', serve.signatureClock, ['mock', 'machine']))
    .addOption(option('--random-seed <text>', serve.randomSeed, textLike(/./, serve.randomSeedExpected)))
    .addOption(option('--journal-limit <number>', serve.journalLimit, wholeNumber(0, 1_000_000, texts)).default(1_000))
    .addOption(allowCallbackHostOption(texts))
    .option('--proxy-passthrough', serve.proxyPassthrough)
    .addOption(dataDirectoryOption(texts))
}

function parseClock(text: string, { serve }: Texts): Partial<ClockSetting> {
  if (text === 'frozen') return { frozen: true }
  const frozen = text.startsWith('frozen@')
  const now = parseInstant(frozen ? text.slice('frozen@'.length) : text)
  if (now === undefined) throw new InvalidArgumentError(serve.clockExpected)
  return { now, frozen }
}
