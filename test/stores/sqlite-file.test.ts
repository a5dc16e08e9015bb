import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable } from '../../src/engine/state/store.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { examine } from '../../src/stores/sqlite/checksums.ts'
import { type DataFileFault, openDatabase } from '../../src/stores/sqlite/open-database.ts'
import { APPLICATION_ID, FORMAT, type Format, indexColumns } from '../../src/stores/sqlite/schema.ts'
import { SqliteStore } from '../../src/stores/sqlite.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { NODE } from '../cli/cli.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aStock } from '../products/merchant-coupon/rules/builders.ts'
import { aDataFile, aDirectory } from './data-files.ts'

const NOTE = documentKey<string>('note')

/** A file with a coupon in its seed and a changed one over it. */
async function aFilledFile(count = 1, given?: string): Promise<string> {
  const file = given ?? (await aDataFile())
  const store = await SqliteStore.open(file, TABLES)
  await store.replace({
    stocks: [aStock()],
    coupons: Array.from({ length: count }, (_, i) => aCoupon({ coupon_code: `c-${i}` })),
  })
  await store.transaction((tx) => tx.in(coupons).save(aCoupon({ coupon_code: 'c-0', state: 'USED' })))
  await store.documents.update((draft) => draft.put(NOTE, 'kept'))
  await store.close()
  return file
}

async function couponsIn(store: SqliteStore) {
  return store.transaction(async (tx) => (await tx.in(coupons).list()).map((one) => `${one.coupon_code} ${one.state}`))
}

async function refusal(file: string, format?: Format): Promise<unknown> {
  return openDatabase(file, TABLES, format && { format }).then(
    (database) => database.close(),
    (error: unknown) => error,
  )
}

/** Executes a statement in a file, as another program would. */
async function execute(file: string, statement: string): Promise<void> {
  const database = new DatabaseSync(file)
  database.exec(statement)
  database.close()
}

function fault(kind: DataFileFault, file: string) {
  return expect.objectContaining({ code: 'MOCK_DATA', fault: kind, message: expect.stringContaining(file) })
}

describe('a data file', () => {
  test('has after it was closed what it had before, seed and changes apart', async () => {
    const file = await aFilledFile()
    const store = await SqliteStore.open(file, TABLES)

    expect(await couponsIn(store)).toEqual(['c-0 USED'])
    expect(store.documents.get(NOTE)).toBe('kept')
    await store.reset()
    expect(await couponsIn(store)).toEqual(['c-0 SENDED'])
    await store.close()
  })

  test('gives the space of changes back with a reset', async () => {
    const file = await aFilledFile()
    const sizes: number[] = []
    let store = await SqliteStore.open(file, TABLES)
    for (let i = 0; i < 60; i++)
      await store.transaction((tx) =>
        tx.in(coupons).save(aCoupon({ coupon_code: `long-${i}`, openid: 'o'.repeat(100_000) })),
      )
    await store.close()
    sizes.push((await stat(file)).size)
    store = await SqliteStore.open(file, TABLES)
    await store.reset()
    sizes.push((await stat(file)).size)
    expect(await couponsIn(store)).toEqual(['c-0 SENDED'])
    await store.close()

    expect(sizes[0]).toBeGreaterThan(12_000_000)
    expect(sizes[1]).toBeLessThan(4_000_000)
  })

  test('keeps what was answered when the process is killed', async () => {
    const file = await aDataFile()
    const { child, lines } = startWriter(file)
    const first = await lines(200)
    child.kill('SIGKILL')
    await once(child, 'close')
    const acknowledged = (await lines(0)).length

    const store = await SqliteStore.open(file, TABLES)
    const kept = await couponsIn(store)
    expect(first.length).toBeGreaterThanOrEqual(200)
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged)
    // One more may have been written whose answer nobody has read.
    expect(kept.length).toBeLessThanOrEqual(acknowledged + 1)
    expect(Number(store.documents.get(NOTE))).toBeGreaterThanOrEqual(acknowledged)
    await store.close()
  })

  test('that another process has open is refused, and is free when that has ended', async () => {
    const file = await aDataFile()
    const { child, lines } = startWriter(file)
    await lines(1)

    expect(await refusal(file)).toEqual(fault('locked', file))
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await refusal(file)).toBeUndefined()
  })

  test('that this process has open is refused too', async () => {
    const file = await aFilledFile()
    const store = await SqliteStore.open(file, TABLES)

    expect(await refusal(file)).toEqual(fault('locked', file))
    await store.close()
  })

  test('that was never finished is begun anew', async () => {
    const file = await aDataFile()
    await execute(file, `PRAGMA application_id = ${APPLICATION_ID}`)
    const store = await SqliteStore.open(file, TABLES)
    expect(store.warnings).toMatchObject(process.platform === 'win32' ? [] : [{ kind: 'open_to_others' }])
    expect(await couponsIn(store)).toEqual([])
    await store.close()
  })

  test('after it was closed says no, and is no bug', async () => {
    const store = await SqliteStore.open(await aFilledFile(), TABLES)
    await store.close()
    await store.close()

    await expect(couponsIn(store)).rejects.toThrow(StoreUnavailable)
  })
})

describe('what cannot be a data file is refused and left as it is', () => {
  test('a directory', async () => {
    const directory = await aDirectory()

    expect(await refusal(directory)).toEqual(fault('directory', directory))
  })

  test('a file in a directory that is not there', async () => {
    const file = join(await aDirectory(), 'missing', 'mock.db')

    expect(await refusal(file)).toEqual(fault('unusable', file))
  })

  test.for<[what: string, kind: DataFileFault, make: (file: string) => Promise<unknown>]>([
    ['of another program, short', 'foreign', (file) => writeFile(file, 'a text')],
    ['of another program, long', 'foreign', (file) => writeFile(file, `${'x'.repeat(5_000)}\n`)],
    ['of another program, that begins like a database', 'foreign', (file) => writeFile(file, 'SQLite format 3\0')],
    ['of another program, a database', 'foreign', (file) => execute(file, 'CREATE TABLE coupons (id INTEGER)')],
    [
      'of a newer version',
      'newer',
      async (file) =>
        (await openDatabase(file, TABLES, { format: { ...FORMAT, version: FORMAT.version + 1 } })).close(),
    ],
    [
      'of a version whose rows had other names',
      'older',
      async (file) => execute(await aFilledFile(1, file), 'PRAGMA user_version = 5'),
    ],
    [
      'that was cut off',
      'damaged',
      async (file) => truncate(await aFilledFile(2_000, file), (await stat(file)).size / 2),
    ],
    [
      'with other bytes in the middle',
      'damaged',
      async (file) => {
        const bytes = await readFile(await aFilledFile(2_000, file))
        const middle = Math.floor(bytes.length / 2 / 4_096) * 4_096
        await writeFile(file, bytes.fill(0xff, middle, middle + 4_096))
      },
    ],
  ])('a file %s', async ([, kind, make]) => {
    const file = await aDataFile()
    await make(file)
    const before = await readFile(file)

    const refused = await refusal(file)
    expect(refused).toEqual(fault(kind, file))
    if (kind === 'older') expect(refused).toMatchObject({ message: expect.stringContaining('--seed world.json') })
    expect((await readFile(file)).equals(before)).toBe(true)
  })
})

describe('a file that has lost its state, or a part of it', () => {
  /** A file and its log as `kill -9` leaves them; only the log has the second coupon. */
  const aKilledFile = async () => {
    const [file, copy] = [await aFilledFile(), await aDataFile()]
    const store = await SqliteStore.open(file, TABLES)
    await store.transaction((tx) => tx.in(coupons).save(aCoupon({ coupon_code: 'c-1' })))
    for (const end of ['', '-wal']) await copyFile(file + end, copy + end)
    await store.close()
    return copy
  }
  const openedAnyway = async (file: string) => {
    const store = await SqliteStore.open(file, TABLES, { acceptDataLoss: true })
    onTestFinished(() => store.close())
    return store
  }

  test('since it was emptied, is refused, and begun anew where the loss is accepted', async () => {
    const file = await aFilledFile()
    await truncate(file)

    expect(await refusal(file)).toEqual(fault('emptied', file))
    expect((await stat(file)).size).toBe(0)
    const store = await openedAnyway(file)
    expect(store.warnings).toMatchObject([{ kind: 'was_empty' }])
    expect(await couponsIn(store)).toEqual([])
  })

  test.for([
    ['is missing', (log: string) => rm(log)],
    ['is empty', (log: string) => truncate(log)],
    ['ends before its first change', (log: string) => truncate(log, 40)],
  ] as const)('since its log %s, is refused, and goes on where the loss is accepted', async ([, lose]) => {
    const file = await aKilledFile()
    await lose(`${file}-wal`)
    const before = await readFile(file)

    expect(await refusal(file)).toEqual(fault('log_missing', file))
    expect((await readFile(file)).equals(before)).toBe(true)
    const store = await openedAnyway(file)
    expect(store.warnings).toMatchObject([{ kind: 'log_missing' }])
    expect(await couponsIn(store)).toEqual(['c-0 USED'])
    await store.close()
    expect((await SqliteStore.open(file, TABLES)).warnings).toEqual([])
  })

  test('is not one that was killed and has its log', async () => {
    const file = await aKilledFile()
    const store = await SqliteStore.open(file, TABLES)
    onTestFinished(() => store.close())

    expect(store.warnings).toEqual([])
    expect(await couponsIn(store)).toEqual(['c-0 USED', 'c-1 SENDED'])
  })

  test('is not one that was killed, and then failed to open once its log was in it', async () => {
    const file = await aKilledFile()
    const upgrades = { [FORMAT.version + 1]: () => new Array(-1) }

    expect(await refusal(file, { ...FORMAT, version: FORMAT.version + 1, upgrades })).toBeInstanceOf(RangeError)
    await expect(stat(`${file}-wal`)).rejects.toMatchObject({ code: 'ENOENT' })
    const store = await SqliteStore.open(file, TABLES)
    onTestFinished(() => store.close())
    expect(await couponsIn(store)).toEqual(['c-0 USED', 'c-1 SENDED'])
  })
})

describe('a file whose pages fit together, with something in them that no mock has written', () => {
  const changedBy = async (statement: string) => {
    const file = await aFilledFile()
    await execute(file, statement)
    return file
  }

  test.for([
    "UPDATE documents SET value = '{'",
    'DROP TABLE documents',
    "UPDATE changed_coupons SET value = '{'",
    "UPDATE seed_coupons SET value = replace(value, 'SENDED', 'USED')",
    'UPDATE seed_coupons SET value = (SELECT value FROM seed_stocks)',
    'DROP TABLE seed_coupons; DROP TABLE changed_coupons',
    'DROP INDEX seed_coupons_by_coupon_code',
    'ALTER TABLE changed_orders RENAME COLUMN by_prepay_id TO by_prepay_ix',
  ])('is damaged: %s', async (statement) => {
    const file = await changedBy(statement)

    await expect(SqliteStore.open(file, TABLES)).rejects.toEqual(fault('damaged', file))
    // It is free again.
    await expect(SqliteStore.open(file, TABLES)).rejects.toEqual(fault('damaged', file))
  })

  test('cannot be used where that comes into a row while it is open, which is no bug', async () => {
    const file = await aFilledFile(2_000)
    const store = await SqliteStore.open(file, TABLES)
    const bytes = await readFile(file)
    bytes.write('c-1234', bytes.lastIndexOf('"coupon_code":"c-1999"') + '"coupon_code":"'.length)
    await writeFile(file, bytes)

    await expect(couponsIn(store)).rejects.toThrow(StoreUnavailable)
    await expect(store.transaction((tx) => tx.in(coupons).find('1900000001', '100088', 'c-1999'))).rejects.toThrow(
      `${file} is damaged (a value of coupons has another checksum)`,
    )
    await store.close()
  })
})

describe('an older file', () => {
  const upgraded: Format = {
    ...FORMAT,
    version: FORMAT.version + 2,
    upgrades: {
      [FORMAT.version + 1]: (name, value) =>
        name === 'coupons' && isRecord(value) ? { ...value, coupon_code: `${value.coupon_code}-new` } : value,
      [FORMAT.version + 2]: (name, value) =>
        name === 'coupons' && isRecord(value) ? { ...value, coupon_code: `${value.coupon_code}er` } : value,
    },
  }

  test('is brought to this version, one step after the other, with what is found by what', async () => {
    const file = await aFilledFile(3)
    const store = await SqliteStore.open(file, TABLES)
    await store.transaction((tx) => tx.in(coupons).delete('1900000001', '100088', 'c-1'))
    await store.close()
    ;(await openDatabase(file, TABLES, { format: upgraded })).close()

    const database = await openDatabase(file, TABLES, { format: upgraded })
    const keys = (table: string, column: string) =>
      database
        .prepare(`SELECT ${column} AS text FROM ${table} ORDER BY 1`)
        .all()
        .map(({ text }) => text)
    expect(keys('seed_coupons', 'by_coupon_code')).toEqual(['c-0-newer', 'c-1-newer', 'c-2-newer'])
    expect(keys('changed_coupons', 'by_coupon_code')).toEqual([null, 'c-0-newer'])
    expect(keys('documents', 'name')).toEqual(['note'])
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    database.close()
    expect(await refusal(file)).toEqual(fault('newer', file))
  })

  test('whose rows lack what they are found by now is refused and left as it is', async () => {
    const file = await aFilledFile()
    const format: Format = {
      ...FORMAT,
      version: FORMAT.version + 1,
      upgrades: {
        [FORMAT.version + 1]: (name, value) =>
          name === 'stocks' && isRecord(value) ? { ...value, create_time: undefined } : value,
      },
    }
    expect(await refusal(file, format)).toEqual(fault('older', file))
    ;(await openDatabase(file, TABLES)).close()
  })

  test('without checksums gets them, and a form that gives space back', async () => {
    const file = await aFilledFile(3)
    await execute(
      file,
      `DROP TABLE layout; UPDATE seed_coupons SET value = substr(value, 9); UPDATE changed_coupons SET value = substr(value, 9);
        UPDATE seed_stocks SET value = substr(value, 9); UPDATE documents SET value = substr(value, 9);
        CREATE TABLE seed_cards (owner TEXT, key TEXT, value TEXT); CREATE TABLE changed_cards (owner TEXT, key TEXT, value TEXT);
        INSERT INTO changed_cards VALUES ('1', '1', '{"card_id":"1"}'); PRAGMA auto_vacuum = NONE; VACUUM; PRAGMA user_version = 8`,
    )
    const store = await SqliteStore.open(file, TABLES)
    expect(await couponsIn(store)).toEqual(['c-0 USED', 'c-1 SENDED', 'c-2 SENDED'])
    expect(store.documents.get(NOTE)).toBe('kept')
    await store.close()

    const database = new DatabaseSync(file)
    onTestFinished(() => database.close())
    expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 1 })
    // Rows of products that the mock does not have get them too.
    expect(database.prepare('SELECT value FROM changed_cards').get()?.value).toMatch(/^[\da-f]{8}\{"card_id":"1"\}$/)
    expect(() => examine(database, true)).not.toThrow()
  })

  test('stays as it is when that fails', async () => {
    const file = await aFilledFile()
    const failing: Format = {
      ...FORMAT,
      version: FORMAT.version + 1,
      upgrades: {
        [FORMAT.version + 1]: () => {
          throw new Error('a bug in the upgrade')
        },
      },
    }

    expect(await refusal(file, failing)).toEqual(new Error('a bug in the upgrade'))
    const store = await SqliteStore.open(file, TABLES)
    expect(await couponsIn(store)).toEqual(['c-0 USED'])
    await store.close()
  })
})

/**
 * Whoever changes a table or an index counts up the version, with an upgrade if a value is another, and writes it down here. A new table is only
 * written down: a file without it gets one.
 */
test('the layout belongs to the version', () => {
  const columns = Object.fromEntries(TABLES.map((table) => [table.name, indexColumns(table).join(' ')]))

  expect({ version: FORMAT.version, columns }).toEqual({
    version: 11,
    columns: {
      stocks: 'by_stock_id among_newest sort_newest',
      codes: 'among_newest sort_newest among_ofStock sort_ofStock among_byStatus sort_byStatus',
      coupons:
        'by_coupon_code by_sentIn by_associate_out_trade_no among_newest sort_newest among_inStock sort_inStock among_ofUser sort_ofUser',
      users: 'by_person by_unionid among_newest sort_newest',
      orders:
        'by_out_trade_no by_transaction_id by_prepay_id by_combine_out_trade_no among_newest sort_newest among_paid sort_paid among_earned sort_earned among_reversed sort_reversed among_unearned sort_unearned',
      refunds:
        'by_out_refund_no by_out_trade_no by_refund_id among_newest sort_newest among_accepted sort_accepted among_repaid sort_repaid among_closed sort_closed among_returned sort_returned among_regained sort_regained',
      subsidies: 'by_coupon_code by_subsidy_receipt_id among_newest sort_newest',
      subsidyReturns: 'by_subsidy_return_receipt_id among_newest sort_newest',
      eventAddresses: 'among_newest sort_newest',
      notifications: 'by_underWay by_id among_newest sort_newest among_told sort_told among_due sort_due',
      requests: '',
      paymentCodes: 'among_newest sort_newest',
      sharingAccounts: 'among_newest sort_newest',
      sharingReceivers: 'by_account among_newest sort_newest',
      sharingOrders:
        'by_out_order_no by_order_id by_transaction_id among_newest sort_newest among_finished sort_finished among_paid sort_paid',
      receivedShares: 'among_finished sort_finished',
      sharingReturns:
        'by_out_return_no by_out_order_no by_return_mchid among_newest sort_newest among_succeeded sort_succeeded among_given sort_given among_taken sort_taken',
      transferAccounts: 'among_newest sort_newest',
      transfers:
        'by_out_bill_no by_transfer_bill_no by_received among_newest sort_newest among_ending sort_ending among_locked sort_locked among_ofUser sort_ofUser among_ofAuthorization sort_ofAuthorization',
      transferAuthorizations: 'by_out_authorization_no by_authorization_id by_openid among_newest sort_newest',
      transferReceipts: 'among_newest sort_newest',
      brandPartners: 'among_newest sort_newest',
      productCoupons: 'by_product_coupon_id among_newest sort_newest',
      productCouponStocks:
        'by_stock_id by_product_coupon_id by_stock_bundle_id among_newest sort_newest among_ofProductCoupon sort_ofProductCoupon',
      productCouponCodes: 'among_available sort_available',
      productCouponStores: 'among_ofStock sort_ofStock',
      userProductCoupons:
        'by_coupon_code by_openid by_user_coupon_bundle_id by_send by_held by_transaction_id among_newest sort_newest among_ofStock sort_ofStock among_ofUser sort_ofUser',
      sentProductCouponDisplays: '',
      preSentProductCoupons: 'by_token among_untaken sort_untaken',
      productCouponAddresses: '',
      productCouponImageTasks: 'among_newest sort_newest',
      remembered: 'among_oldest sort_oldest among_newest sort_newest among_named sort_named',
      complaints: 'by_complaint_id by_transaction_id among_newest sort_newest among_ofPartner sort_ofPartner',
      complaintAddresses: '',
      complaintImages: 'among_newest sort_newest',
      answers: 'by_operation',
    },
  })
})

test('the errors are misuse of the mock', async () => {
  expect(await refusal(await aDirectory())).toBeInstanceOf(UsageError)
})

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

const WRITER = fileURLToPath(new URL('write-without-end.ts', import.meta.url))

/** Starts `write-without-end.ts`; `lines` waits until it has written so many, and fails when it ends before. */
function startWriter(file: string): { child: ChildProcess; lines: (count: number) => Promise<string[]> } {
  const child = spawn(NODE, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'close').then(([code, signal]) => {
    throw new Error(`The writer ended with ${code ?? signal}`)
  })
  // Most tests kill it themselves, and wait for no more lines.
  ended.catch(() => {})
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return {
    child,
    async lines(count) {
      const all = () => text.split('\n').slice(0, -1)
      while (all().length < count) await Promise.race([once(child.stdout, 'data'), ended])
      return all()
    },
  }
}
