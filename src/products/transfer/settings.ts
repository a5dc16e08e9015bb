import { z } from 'zod'
import { defineSetting, type SettingValues } from '../../engine/settings.ts'
import { LIMITS, type Limits } from './account-rules.ts'

/** The longest time in seconds that a setting takes: an hour. */
const seconds = z.int().min(0).max(3_600)

/** The settings of transfers. */
export const transferSettings = {
  /**
   * Which amounts are taken: 0.1 to 200,000 yuan without limits of a day (`wide`), or what a merchant may do without a grant of more: 0.1 to 200 yuan,
   * and in a day 50,000, of that 2,000 to one user, and 30 million in a month (`live`), or, for a sole trader, 5,000, 200 and 100,000 (`sole_trader`).
   * Default: `wide`.
   */
  // official-pages.md, T15
  transferLimits: defineSetting({
    name: 'transferLimits',
    schema: z.enum(['wide', 'live', 'sole_trader']),
    default: 'wide',
    description:
      'the amounts that transfers take: wide is 0.1 to 200,000 yuan without limits of a day; live is 0.1 to 200 yuan, 50,000 yuan in a day and 30 million in a month for a merchant and 2,000 in a day for a user, as for a company without a grant of more; sole_trader (个体户) is 0.1 to 200 yuan, 5,000, 100,000 and 200',
    texts: {
      en: 'amounts that transfers take: wide is 0.1 to 200,000 yuan; live is 0.1 to 200 yuan, with limits of a day and a month; sole_trader has lower ones',
      zh: '商家转账的金额：wide 为 0.1 元到 20 万元，live 为 0.1 元到 200 元且有单日和单月限额，sole_trader（个体户）的限额更低',
    },
    value: 'which',
  }),
  /** Whether a transfer waits for its user at once, or is ACCEPTED and PROCESSING for a second each. Default: `at_once`. */
  // mch-transfer.md 2
  transferLocking: defineSetting({
    name: 'transferLocking',
    schema: z.enum(['at_once', 'slow']),
    default: 'at_once',
    description:
      'whether a transfer is WAIT_USER_CONFIRM at once, as seen live, or ACCEPTED and PROCESSING for a second each; with slow one that the account is short of money for stays PROCESSING, and is not refused with NOT_ENOUGH',
    texts: {
      en: 'whether the money of a transfer is locked at once, or by way of ACCEPTED and PROCESSING',
      zh: '转账受理后立即锁定资金，还是先经过 ACCEPTED 和 PROCESSING',
    },
    value: 'how',
  }),
  /** How long a confirmed transfer is TRANSFERING, in seconds of the mock's clock. Default: 0. */
  transferTakes: defineSetting({
    name: 'transferTakes',
    schema: seconds,
    default: 0,
    description: "how long a confirmed transfer is TRANSFERING, in seconds of the mock's clock",
    texts: { en: 'seconds for which a confirmed transfer is TRANSFERING', zh: '用户确认后 TRANSFERING 状态持续的秒数' },
    value: 'seconds',
  }),
  /** How long a cancelled transfer is CANCELING, in seconds of the mock's clock. Default: 3. */
  transferCancelTakes: defineSetting({
    name: 'transferCancelTakes',
    schema: seconds,
    default: 3,
    description: "how long a cancelled transfer is CANCELING, in seconds of the mock's clock",
    texts: { en: 'seconds for which a cancelled transfer is CANCELING', zh: '撤销后 CANCELING 状态持续的秒数' },
    value: 'seconds',
  }),
  /** How long after its 24 hours a transfer that nobody confirmed is closed, in minutes of the mock's clock. Default: 0. */
  transferClosesLate: defineSetting({
    name: 'transferClosesLate',
    schema: z.int().min(0).max(1_440),
    default: 0,
    description:
      "how long after its 24 hours a transfer that nobody confirmed is closed, in minutes of the mock's clock; the live service was seen to take 47",
    texts: {
      en: 'minutes after its 24 hours at which an unconfirmed transfer is closed',
      zh: '满 24 小时未确认的转账再过多少分钟关闭',
    },
    value: 'minutes',
  }),
  /** How long a receipt is GENERATING, in seconds of the mock's clock. Default: 5. */
  transferReceiptTakes: defineSetting({
    name: 'transferReceiptTakes',
    schema: seconds,
    default: 5,
    description: "how long the receipt of a transfer is GENERATING, in seconds of the mock's clock",
    texts: {
      en: 'seconds for which the receipt of a transfer is GENERATING',
      zh: '转账电子回单的 GENERATING 状态持续的秒数',
    },
    value: 'seconds',
  }),
  /** How callbacks of transfers are repeated: 65 deliveries in 23 hours, or like those of payments. Default: `transfer`. */
  // mch-transfer.md 7.1
  transferRepeats: defineSetting({
    name: 'transferRepeats',
    schema: z.enum(['transfer', 'payment']),
    default: 'transfer',
    description:
      'how callbacks of transfers are repeated: every 15 seconds ten times, every 5 minutes ten times and every 30 minutes 44 times, as documented; or like those of payments, as reported',
    texts: {
      en: 'how callbacks of transfers are repeated: as documented for them, or like those of payments',
      zh: '商家转账回调的重发节奏：按转账文档，还是与支付回调相同',
    },
    value: 'how',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface TransferSettings extends Readonly<typeof transferSettings> {}

/** The limits in force. */
export function limitsIn(settings: SettingValues): Limits {
  return LIMITS[transferSettings.transferLimits.of(settings)]
}
