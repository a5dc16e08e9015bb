import { InvalidArgumentError } from 'commander'
import type { ClockSetting } from '../../engine/clock.ts'
import type { ValuesOf } from '../../engine/setting.ts'
import type { MockOptions } from '../../mock.ts'
import { settings } from '../../products/settings.ts'
import { parseInstant } from '../../protocol/instant.ts'
import type { CliCommand } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import type { Language } from '../language.ts'
import { allowCallbackHostOption, choiceOption, hostsOption, option, textLike, wholeNumber } from '../options.ts'
import { settingOption } from './setting-option.ts'
import { texts } from './texts.ts'

/** The options of every command that starts a mock. */
export interface MockCommandOptions
  extends Omit<ValuesOf<typeof settings>, 'callbackPublicKeyShare'>,
    Required<Pick<MockOptions, 'journalLimit' | 'diagnosis'>> {
  /** Left out for the default, which is not a number; its flag takes numbers only. */
  readonly callbackPublicKeyShare?: number
  readonly seed: string
  readonly data?: string
  readonly store?: string
  readonly clock?: Partial<ClockSetting>
  readonly randomSeed?: string
  readonly allowCallbackHost?: readonly string[]
  readonly allowHost?: readonly string[]
  readonly dataDir: string
  readonly proxyPassthrough?: boolean
}

/** Adds the options of {@link MockCommandOptions}. */
export function addMockOptions(command: CliCommand, language: Language): CliCommand {
  const own = texts[language]
  command
    .addOption(option('--seed <file|scenario>', own.seed, textLike(/./, own.seedExpected)).default('default'))
    .addOption(option('--data <file>', own.data.option, textLike(/^[^\0]+$/, own.data.expected)))
    .addOption(option('--store <address>', own.store.option, textLike(/^rediss?:/, own.store.expected)))
    .addOption(option('--clock <time|frozen>', own.clock, (text) => parseClock(text, language)))
  for (const setting of Object.values(settings)) {
    // Listed among the settings but not one: it cannot change while the mock runs.
    if (setting === settings.signatureClock) {
      command.addOption(choiceOption('--diagnosis <state>', own.diagnosis, ['on', 'off'], language).default('on'))
    }
    command.addOption(settingOption(setting, language))
  }
  return command
    .addOption(option('--random-seed <text>', own.randomSeed, textLike(/./, own.randomSeedExpected)))
    .addOption(option('--journal-limit <number>', own.journalLimit, wholeNumber(0, 1_000_000, language)).default(1_000))
    .addOption(allowCallbackHostOption(language))
    .addOption(hostsOption('--allow-host <host...>', own.allowHost, language))
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
