import { InvalidArgumentError } from 'commander'
import type { ClockSetting } from '../../engine/clock.ts'
import type { ValuesOf } from '../../engine/setting.ts'
import type { MockOptions } from '../../mock.ts'
import { settings } from '../../products/settings.ts'
import { parseInstant } from '../../protocol/instant.ts'
import { allowCallbackHostOption } from '../callback-hosts.ts'
import { type CliCommand, choiceOption, option, textLike, wholeNumber } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import type { Texts } from '../texts/en.ts'
import { settingOption } from './setting-option.ts'

/** What a mock that a command starts is told, whatever the command. */
export interface MockCommandOptions
  extends Omit<ValuesOf<typeof settings>, 'callbackPublicKeyShare'>,
    Required<Pick<MockOptions, 'journalLimit' | 'diagnosis'>> {
  /** Left out where it has its default, which is no number, and a number is all that its flag takes. */
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
  command
    .addOption(option('--seed <file|scenario>', serve.seed, textLike(/./, serve.seedExpected)).default('default'))
    .addOption(option('--data <file>', texts.data.option, textLike(/^[^\0]+$/, texts.data.expected)))
    .addOption(option('--store <address>', texts.store.option, textLike(/^rediss?:/, texts.store.expected)))
    .addOption(option('--clock <time|frozen>', serve.clock, (text) => parseClock(text, texts)))
  for (const setting of Object.values(settings)) {
    // It stands among the settings, but is none: it cannot change while the mock runs.
    if (setting === settings.signatureClock) {
      command.addOption(choiceOption('--diagnosis <state>', serve.diagnosis, ['on', 'off'], texts).default('on'))
    }
    command.addOption(settingOption(setting, texts))
  }
  return command
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
