import { createCipheriv, createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip as pack } from 'node:zlib'
import { z } from 'zod'
import { defineSetting, type SettingValues } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import { Turns } from '../../wire/shared/pieces.ts'
import { readDownloadToken, writeDownloadToken } from '../common/download-token.ts'
import { billFile, fundBillForm, fundLines, sharingBillForm, sharingLines } from './bill-forms.ts'
import type { Account } from './books.ts'
import { type TradeBillType, tradeBillForm, tradeLines } from './trade-bill.ts'

/** The settings of bills. */
export const billSettings = {
  /** How long the address of a bill works, in seconds; that of a sharing bill works for 30 seconds at most. Default: 300. */
  // pay-family.md U19
  billUrlLife: defineSetting({
    name: 'billUrlLife',
    schema: z.int().min(1).max(86_400),
    default: 300,
    description: 'how long the download_url of a bill works, in seconds; that of a sharing bill works for 30 at most',
    texts: {
      en: 'how long the address of a bill works (that of a sharing bill: 30 seconds at most)',
      zh: '账单下载地址的有效时间（分账账单最多 30 秒）',
    },
    value: 'seconds',
  }),
  /** The time (交易时间) of a refund on a trade bill of all: when it was accepted, or when it succeeded if it has. Default: `accepted`. */
  // pay-family.md U18
  billRefundTime: defineSetting({
    name: 'billRefundTime',
    schema: z.enum(['accepted', 'succeeded']),
    default: 'accepted',
    description:
      'the 交易时间 of a refund on a trade bill with bill_type ALL: when it was accepted, as documented, or when it succeeded, as on a bill of 2018; it is on the bill of the day it was accepted on either way',
    texts: {
      en: 'time of a refund on a trade bill: when it was accepted, or when it succeeded',
      zh: '交易账单中退款的交易时间，取退款受理时间还是退款成功时间',
    },
    value: 'which',
  }),
  /** Whether there are sharing bills: their columns are ours, since only a spreadsheet shows them. Default: `own`. */
  // pay-family.md U20
  sharingBill: defineSetting({
    name: 'sharingBill',
    schema: z.enum(['own', 'off']),
    default: 'own',
    description:
      'whether there are bills of profit sharing, whose columns are ours since the page has them in a spreadsheet only; off answers NO_STATEMENT_EXIST',
    texts: {
      en: 'whether there are bills of profit sharing, with columns of our own',
      zh: '是否提供分账账单（列名为自拟）',
    },
    value: 'which',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface BillSettings extends Readonly<typeof billSettings> {}

/** A bill (账单) of a day. It follows from orders, refunds and shares, and is made anew for each download. */
export interface Bill {
  /** Who applied for it, and may download it. */
  readonly mchid: string
  readonly kind: TradeBillType | Account | 'SHARING'
  /** `2026-11-24` */
  readonly day: string
  readonly subMchid?: string
  readonly isGzip: boolean
}

/** Whether a bill is encrypted: the fund bill of a sub-merchant, whose money its partner does not see otherwise. */
export function isSealed({ kind, subMchid }: Bill): boolean {
  return subMchid !== undefined && ACCOUNTS.has(kind)
}

/** Where bills are made from. */
interface BillContext {
  readonly tx: Transaction
  readonly settings: SettingValues
}

const HOUR_MS = 3_600_000
/** When a bill can be had on the next day (pay-family.md 6.2). */
const READY_AT_MS = 10 * HOUR_MS
const MONTHS_KEPT = 3

/** The first instant of a day in China; `undefined` for any other text. */
function startOf(day: string): number | undefined {
  const start = Date.parse(`${day}T00:00:00+08:00`)
  return !Number.isNaN(start) && dayOf(start) === day ? start : undefined
}

function dayOf(at: number): string {
  return formatInstant(at).slice(0, 10)
}

/** Whether a day has a bill at an instant, if anything happened on it. */
export function stageOf(day: string, at: number): 'no_day' | 'not_over' | 'too_old' | 'creating' | 'ready' {
  const start = startOf(day)
  if (start === undefined) return 'no_day'
  if (at < start + DAY_MS) return 'not_over'
  const [year = 0, month = 0, date = 0] = dayOf(at).split('-').map(Number)
  if (start < Date.UTC(year, month - 1 - MONTHS_KEPT, date) - 8 * HOUR_MS) return 'too_old'
  return at < start + DAY_MS + READY_AT_MS ? 'creating' : 'ready'
}

/** Text of a bill in chunks; none if nothing happened on its day. */
function textOf({ tx, settings }: BillContext, { mchid, kind, day, subMchid }: Bill): AsyncGenerator<string, void> {
  const from = startOf(day) ?? 0
  const span = { from, until: from + DAY_MS }
  const whose = { mchid, ...(subMchid !== undefined && { subMchid }) }
  switch (kind) {
    case 'ALL':
    case 'SUCCESS':
    case 'REFUND':
      return billFile(
        tradeBillForm(kind),
        tradeLines(tx, { ...whose, type: kind, refundTime: billSettings.billRefundTime.of(settings) }, span),
      )
    case 'SHARING':
      return billFile(sharingBillForm, sharingLines(tx, whose, span))
    default:
      return billFile(fundBillForm, fundLines(tx, { mchid: subMchid ?? mchid, account: kind }, span))
  }
}

/** Whether anything happened on the day of a bill. */
export async function hasLines(context: BillContext, bill: Bill): Promise<boolean> {
  for await (const _ of textOf(context, bill)) return true
  return false
}

/** SHA-1 of a bill in hex, over the plain text, however it is sent; `undefined` if nothing happened on its day. */
export async function digestOf(context: BillContext, bill: Bill): Promise<string | undefined> {
  const digest = createHash('sha1')
  let isEmpty = true
  for await (const text of textOf(context, bill)) {
    isEmpty = false
    digest.update(text)
  }
  return isEmpty ? undefined : digest.digest('hex')
}

/** How many chunks of a file are made at once with others. */
const SIDE_BY_SIDE = 4

/** Longer files are made one after the other: many of them would not fit into memory. */
const longFiles = new Turns()

async function plainOf(context: BillContext, bill: Bill): Promise<Buffer> {
  const chunks: Buffer[] = []
  const texts = textOf(context, bill)
  while (chunks.length < SIDE_BY_SIDE) {
    const { done, value } = await texts.next()
    if (done) return Buffer.concat(chunks)
    chunks.push(Buffer.from(value))
  }
  await longFiles.take(async () => {
    for await (const text of texts) chunks.push(Buffer.from(text))
  })
  return Buffer.concat(chunks)
}

/** The bytes of a bill as they are sent. */
export async function bytesOf(context: BillContext, bill: Bill, token: string): Promise<Uint8Array> {
  const plain = await plainOf(context, bill)
  const packed = bill.isGzip ? await promisify(pack)(plain) : plain
  if (!isSealed(bill)) return new Uint8Array(packed)
  const { key, nonce } = sealOf(token)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return new Uint8Array(Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]))
}

/** The key and nonce that a bill of a sub-merchant is encrypted with: texts, as in envelopes. */
export function sealOf(token: string): { readonly key: string; readonly nonce: string } {
  const digest = createHash('sha256').update(`seal of a bill: ${token}`).digest('hex')
  return { key: digest.slice(0, 32), nonce: digest.slice(32, 44) }
}

/** How long the address of a sharing bill works at most (documented). */
const SHARING_ADDRESS_LIVES_MS = 30_000

const TOKEN = 'bill'

/** A token for the address of a bill, which opens it from an instant on. */
export function tokenFor(
  { mchid, kind, day, subMchid = '', isGzip }: Bill,
  { now, settings }: { readonly now: number; readonly settings: SettingValues },
): string {
  const life = billSettings.billUrlLife.of(settings) * 1_000
  const until = orLastInstant(now + (kind === 'SHARING' ? Math.min(life, SHARING_ADDRESS_LIVES_MS) : life))
  const parts = [mchid, kind, day, subMchid, isGzip ? 'gzip' : '']
  return writeDownloadToken(TOKEN, { parts, until })
}

/** The bill that a token of {@link tokenFor} opens, and until when; `undefined` for any other text. */
export function billOf(token: string): (Bill & { readonly until: number }) | undefined {
  const { parts = [], until = 0 } = readDownloadToken(TOKEN, token) ?? {}
  const [mchid = '', kind = '', day = '', subMchid, gzip] = parts
  if (!isKind(kind) || startOf(day) === undefined) return undefined
  const bill = { mchid, kind, day, isGzip: gzip === 'gzip', until }
  return subMchid ? { ...bill, subMchid } : bill
}

const ACCOUNTS: ReadonlySet<string> = new Set<Account>(['BASIC', 'OPERATION', 'FEES', 'DEPOSIT'])
const OTHERS: ReadonlySet<string> = new Set<Exclude<Bill['kind'], Account>>(['ALL', 'SUCCESS', 'REFUND', 'SHARING'])

function isKind(kind: string): kind is Bill['kind'] {
  return ACCOUNTS.has(kind) || OTHERS.has(kind)
}
