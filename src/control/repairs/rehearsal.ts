import { z } from 'zod'
import { pathMembers } from '../../engine/http-message.ts'
import { createIds } from '../../engine/ids.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Settings } from '../../engine/settings.ts'
import { type AnyRepository, type Transaction, transactionOver, tryOut } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { CallContext, ServedCall } from '../call.ts'
import type { TakeJson } from '../formats/thing.ts'
import type { ServedThing } from '../things/served-things.ts'

/** Trials of a refused call after a change; all are undone. */

/** A change after which the call is accepted. */
export interface Repair {
  readonly title: Texts
  /** The control call that makes it. */
  readonly take?: TakeJson
  /** The merchant that may make the call. */
  readonly mchid?: string
  /** The row that it changes. */
  readonly about?: Known
}

export interface Known {
  readonly thing: ServedThing
  readonly row: unknown
}

/** A change to try. */
export interface Candidate extends Repair {
  /** Made before the call. */
  readonly call?: ServedCall | undefined
  /** Whether it writes a row anew. A call that then changes nothing only repeats what the row is taken for. */
  readonly isWritten?: boolean
  /** Parts that the call finds in place of what the mock has. */
  readonly instead?: Partial<Instead>
}

/** Parts of the mock besides rows that a trial may exchange. */
interface Instead {
  readonly mchid: string
  readonly now: number
  readonly settings: Settings
  readonly merchants: { find(mchid: string): Merchant | undefined }
}

/** Maximum number of rows that are tried with a change. */
const MOST_ROWS = 24

/** Things that a call looked for: rows that are there, members that name rows that are not, and merchants. */
export class Sought {
  readonly rows = new Map<string, { readonly table: Table; readonly row: unknown }>()
  readonly missing = new Map<string, { readonly table: Table; readonly named: Readonly<Record<string, string>> }>()
  readonly merchants = new Map<string, Merchant | undefined>()
  /** Whether the call changed anything. */
  hasWritten = false

  note(table: Table, rows: readonly unknown[], named: Readonly<Record<string, string>>): void {
    if (rows.length === 0) this.missing.set(JSON.stringify([table.name, named]), { table, named })
    for (const row of rows.slice(0, MOST_ROWS)) {
      const name = JSON.stringify([table.name, table.owner(row), keyOf(table.key(row))])
      if (this.rows.size < MOST_ROWS) this.rows.set(name, { table, row })
    }
  }
}

/** Tries whether a call is accepted after a change, and undoes both. @param sought notes what the call looks for */
export async function isAccepted(
  { request, mchid = '' }: Exchange,
  { call, take, instead, isWritten }: Partial<Candidate>,
  context: CallContext,
  sought = new Sought(),
): Promise<boolean> {
  const { mock } = context
  const { now = mock.clock.now(), merchants = mock.merchants, settings = mock.settings } = instead ?? {}
  try {
    return await tryOut(
      (undone) => mock.store.transaction(undone),
      async (tx) => {
        const ids = createIds()
        const from = mock.clock.now()
        if (now < from) await mock.keepEnds(tx, { from, to: now })
        if (call && take) {
          const params = pathMembers(call.path, `/_mock${take.path}`)
          await call.handle(
            {
              params: call.params?.parse(params),
              query: call.query?.parse(take.query),
              body: call.body?.parse(take.body),
            },
            { ...context, mock: standIn(mock, tx, ids, now) },
          )
        }
        const answer = await mock.rehearse(request, {
          mchid: instead?.mchid ?? mchid,
          clock: { now: () => now },
          ids,
          settings: () => settings,
          store: { transaction: async (work) => work(noting(tx, sought)) },
          merchants: {
            find(number) {
              const merchant = merchants.find(number)
              sought.merchants.set(number, merchant)
              return merchant
            },
          },
        })
        const isRepeat = isWritten === true && request.method !== 'GET' && !sought.hasWritten
        return answer !== undefined && answer.status < 300 && !isRepeat
      },
    )
  } catch (refusal) {
    // A control call that is refused is not a repair.
    if (refusal instanceof UsageError || refusal instanceof z.ZodError) return false
    throw refusal
  }
}

/** The mock for a control call that is part of a larger transaction. */
function standIn(mock: Mock, tx: Transaction, ids: Mock['ids'], now: number): Mock {
  const own: Readonly<Record<string | symbol, unknown>> = {
    store: { transaction: async (work: (tx: Transaction) => unknown) => work(tx) },
    clock: { now: () => now },
    ids,
  }
  // The mock's own private members are only found on itself.
  return new Proxy(mock, { get: (target, name) => own[name] ?? Reflect.get(target, name, target) })
}

/** A transaction that notes what is looked for. */
function noting(tx: Transaction, sought: Sought): Transaction {
  return transactionOver((table): AnyRepository => {
    const rows: AnyRepository = tx.in(table)
    return {
      async find(owner, ...key) {
        const row = await rows.find(owner, ...key)
        const members = table.keyMembers ?? []
        const named = Object.fromEntries(members.map((member, i) => [member, key[i] ?? '']))
        sought.note(table, row === undefined ? [] : [row], { mchid: owner, ...named })
        return row
      },
      async where(index, text, owner) {
        const found = await rows.where(index, text, owner)
        sought.note(table, found, { ...(owner !== undefined && { mchid: owner }), [index]: text })
        return found
      },
      async page(list, among, stretch) {
        const found = await rows.page(list, among, stretch)
        sought.note(table, found, {})
        return found
      },
      list: (owner) => rows.list(owner),
      count: (owner) => rows.count(owner),
      countAmong: (list, among, owner) => rows.countAmong(list, among, owner),
      save(row) {
        sought.hasWritten = true
        return rows.save(row)
      },
      delete: (owner, ...key) => rows.delete(owner, ...key),
    }
  })
}
