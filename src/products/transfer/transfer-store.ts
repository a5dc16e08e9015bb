import { z } from 'zod'
import { documentedEvent } from '../../catalogue/documented-event.ts'
import { shownInstant, shownNumber } from '../../catalogue/fields.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import type { RepeatSchedule } from '../../engine/callbacks/notification.ts'
import { newCallback, notifications, putIntoOutbox, untoldCallback } from '../../engine/callbacks/notifications.ts'
import type { IdSource } from '../../engine/ids.ts'
import { MEMBER_EVIDENCE, type NewNotification } from '../../engine/operation.ts'
import type { Settings, SettingValues } from '../../engine/settings.ts'
import { keepEnded } from '../../engine/state/endings.ts'
import { readUntil, type Transaction } from '../../engine/state/store.ts'
import { ALL, ascending, defineTable, descending, type Surroundings } from '../../engine/state/table.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import {
  createdAfter,
  createdIn,
  heldAfter,
  heldAt,
  holdsAt,
  PERIODS,
  type Period,
  type PeriodSum,
  receivedOn,
} from './account-rules.ts'
import { type TransferAccount, transferAccounts } from './accounts.ts'
import { limitsIn, transferSettings } from './settings.ts'
import { endsAt, lockedAt, transferAt } from './transfer-rules.ts'
import {
  completeTransfer,
  failReason,
  type GivenTransfer,
  givenTransfer,
  type Transfer,
  transfer,
} from './transfers.ts'

/** The text under which the index `received` has what a user was paid on a day. */
export function receivedBy(openid: string, day: number): string {
  return `${day} ${openid}`
}

/** Transfers (转账单). Only {@link keepTransfer} saves one. */
export const transfers = defineTable({
  name: 'transfers',
  title: { en: 'Transfers', zh: '转账单' },
  row: transfer,
  given: givenTransfer,
  complete: loadTransfer,
  key: ['out_bill_no'],
  indexes: {
    out_bill_no: ({ out_bill_no }) => out_bill_no,
    transfer_bill_no: ({ transfer_bill_no }) => transfer_bill_no,
    received: (one) => {
      const day = receivedOn(one)
      return day === undefined ? undefined : receivedBy(one.openid, day)
    },
  },
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    ending: { among: () => ALL, by: (one) => ascending(endsAt(one)) },
    // Those whose money is taken, as bills list them.
    locked: {
      among: (one) => (lockedAt(one) === undefined ? undefined : ALL),
      by: (one) => ascending(lockedAt(one) ?? 0),
    },
    ofUser: { among: ({ openid }) => openid, by: ({ create_time }) => descending(create_time) },
    ofAuthorization: {
      among: ({ out_authorization_no, authorization }) => out_authorization_no ?? authorization?.out_authorization_no,
      by: ({ create_time }) => descending(create_time),
    },
  },
  inJournal: true,
})

/** The transfer of a seed file, with the callback that is due at its end if that is still to come. Its account, loaded before, has its money. */
function loadTransfer(given: GivenTransfer, { world, now, ids, defaultMchid }: Surroundings): Transfer {
  const made = completeTransfer(given, { now, ids, defaultMchid })
  const account = world.in(transferAccounts).find(made.mchid)
  if (account?.held) {
    const replaced = world.in(transfers).find(made.mchid, made.out_bill_no)
    world.in(transferAccounts).save({ ...account, held: heldAfter(account.held, now, replaced, made) })
  }
  const { notify_url, notification_id } = made
  if (notify_url === undefined || notification_id !== undefined || endsAt(made) <= now) return made
  const callback = newCallback(finishedNotification(made, notify_url, {}), { now, ids })
  world.in(notifications).save(callback)
  return { ...made, notification_id: callback.id }
}

/** In the order of members that a live one had. */
const finishedResource = z
  .object({
    mch_id: z.string(),
    out_bill_no: z.string(),
    transfer_bill_no: z.string(),
    transfer_amount: shownNumber({ min: 1 }),
    state: z.enum(['SUCCESS', 'FAIL', 'CANCELLED']),
    openid: z.string(),
    fail_reason: failReason.optional().describe('only of FAIL and CANCELLED'),
    create_time: shownInstant,
    update_time: shownInstant,
    mchid: z.string().meta({ description: 'the same as mch_id', [MEMBER_EVIDENCE]: 'observed' }),
    payment_method_type: givenTransfer.shape.payment_method_type.describe('only of SUCCESS'),
  })
  .meta({ id: 'TransferBillEvent' })

/** A transfer as the callback of its end tells of it. */
function endOf(one: Transfer) {
  const ended = transferAt(one, endsAt(one))
  const payment_method_type = ended.state === 'SUCCESS' ? (one.payment_method_type ?? 'CFT') : undefined
  return { ...ended, mch_id: one.mchid, payment_method_type }
}

/** 商家转账单据终态通知: a transfer came to its end. */
export const transferFinished = documentedEvent<Transfer>('transfers MCHTRANSFER.BILL.FINISHED', {
  id: 'transferBillFinished',
  label: { en: 'a transfer came to its end', zh: '转账单据终态' },
  description: 'A transfer succeeded, failed or was cancelled',
  resource: finishedResource,
  async find(tx, mchid) {
    const [newest] = await tx.in(transfers).page('newest', ALL, { owner: mchid, limit: 1 })
    return { about: newest?.end && newest, url: newest?.notify_url }
  },
  sample: ({ mchid, appid, now, ids }, one) =>
    endOf(one ?? completeTransfer({ appid, state: 'SUCCESS' }, { now, ids, defaultMchid: mchid })),
})

/** How callbacks of transfers are repeated, with the settings as they are: as documented, or like those of payments (mch-transfer.md 7.1). */
export function scheduleIn(settings: SettingValues): RepeatSchedule {
  return transferSettings.transferRepeats.of(settings) === 'payment' ? 'payment' : transferFinished.schedule
}

/** The callback that tells how a transfer ends, due when it does. */
function finishedNotification(one: Transfer, url: string, settings: SettingValues): NewNotification {
  const resource = transferFinished.content(endOf(one))
  const callback = callbackOf(transferFinished, { mchid: one.mchid, url, resource, dueAt: endsAt(one) })
  return { ...callback, schedule: scheduleIn(settings) }
}

/** The account of a merchant; by default it is opened, and not limited. */
export async function accountOf(tx: Transaction, mchid: string): Promise<TransferAccount> {
  return (await tx.in(transferAccounts).find(mchid)) ?? { mchid, opened: true }
}

/** An account with what is held of its money now. Only those transfers are read that have come to their end meanwhile, or have not yet again. */
export async function accountNow(tx: Transaction, account: TransferAccount, now: number): Promise<TransferAccount> {
  const { mchid, held } = account
  if (!held || holdsAt(held, now)) return account
  const table = tx.in(transfers)
  const [earlier, later] = [Math.min(held.from, now), Math.max(held.from, now)]
  const ending = await readUntil(
    transfers,
    'ending',
    (stretch) => table.page('ending', ALL, { ...stretch, owner: mchid }),
    (one) => endsAt(one) > later,
    { by: ascending(earlier + 1), owner: mchid, key: '' },
  )
  return { ...account, held: heldAt(held, now, ending) }
}

/** The sum of what a merchant created in the day or the month. Transfers are read only where the sum of another period is kept, or none. */
export async function createdNow(
  tx: Transaction,
  kind: Period,
  { mchid, created }: TransferAccount,
  now: number,
): Promise<PeriodSum> {
  const { of, end } = PERIODS[kind]
  const period = of(now)
  if (created?.[kind].period === period) return created[kind]
  const table = tx.in(transfers)
  const found = await readUntil(
    transfers,
    'newest',
    (stretch) => table.page('newest', ALL, { ...stretch, owner: mchid }),
    ({ create_time }) => of(create_time) < period,
    { by: descending(end(period)), owner: mchid, key: '' },
  )
  return createdIn(kind, period, found)
}

interface KeepContext {
  readonly now: number
  readonly ids: IdSource
  readonly settings: Settings
}

/**
 * Keeps a transfer that is new, or whose end has changed, and the callback that is due at its end where it has an address. It replaces the one
 * that was made for another end, unless that was sent: attempts already made are history.
 *
 * @returns the transfer with the id of its callback
 */
export async function keepTransfer(
  tx: Transaction,
  one: Transfer,
  { now, ids, settings }: KeepContext,
): Promise<Transfer> {
  const { notify_url, mchid, notification_id } = one
  if (notify_url === undefined) {
    await keepWithAccount(tx, one, { now, settings })
    return one
  }
  const replaces = await untoldCallback(tx, mchid, notification_id)
  const notification = finishedNotification(one, notify_url, settings)
  const { id } = await putIntoOutbox(tx, notification, { now, ids, replaces })
  const kept = { ...one, notification_id: id }
  await keepWithAccount(tx, kept, { now, settings })
  return kept
}

/** Keeps a transfer that somebody describes, in place of the one with its number, whose callback is taken back unless it was sent. */
export async function addTransfer(tx: Transaction, one: Transfer, context: KeepContext): Promise<Transfer> {
  const replaced = await tx.in(transfers).find(one.mchid, one.out_bill_no)
  const callback = await untoldCallback(tx, one.mchid, replaced?.notification_id)
  if (callback) await tx.in(notifications).delete(one.mchid, callback.id)
  if (one.notification_id === undefined && endsAt(one) > context.now) return keepTransfer(tx, one, context)
  await keepWithAccount(tx, one, context)
  return one
}

/** Saves a transfer, and what those of its merchant come to, where that is asked for: with a balance, or limits of a day. */
async function keepWithAccount(
  tx: Transaction,
  one: Transfer,
  { now, settings }: Pick<KeepContext, 'now' | 'settings'>,
): Promise<void> {
  const { mchid } = one
  const account = await accountNow(tx, await accountOf(tx, mchid), now)
  const { held } = account
  const isLimited = account.created !== undefined || limitsIn(settings).merchantDay !== undefined
  if (held || isLimited) {
    const before = await tx.in(transfers).find(mchid, one.out_bill_no)
    const createdWith = async (kind: Period) =>
      createdAfter(kind, await createdNow(tx, kind, account, now), before, one)
    await tx.in(transferAccounts).save({
      ...account,
      ...(held && { held: heldAfter(held, now, before, one) }),
      ...(isLimited && { created: { day: await createdWith('day'), month: await createdWith('month') } }),
    })
  }
  await tx.in(transfers).save(one)
}

/** Keeps transfers as they ended, see `keepEnds` of products. The sums of accounts come first: transfers that are over change none of them afterwards. */
export async function keepEndsOfTransfers(tx: Transaction, setBack: SetBack): Promise<void> {
  for (const account of await tx.in(transferAccounts).list()) {
    const now = await accountNow(tx, account, setBack.from)
    if (now !== account) await tx.in(transferAccounts).save(now)
  }
  const ending = readUntil(
    transfers,
    'ending',
    (stretch) => tx.in(transfers).page('ending', ALL, stretch),
    (one) => endsAt(one) > setBack.from,
    { by: ascending(setBack.to + 1), owner: '', key: '' },
  )
  await keepEnded(tx, transfers, ending, (one): Transfer | undefined =>
    isUndone(setBack, endsAt(one)) ? { ...one, over: true } : undefined,
  )
}
