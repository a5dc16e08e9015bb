import { createHash, timingSafeEqual } from 'node:crypto'
import type { IdSource } from '../../engine/ids.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'

/** Numbers that WeChat Pay makes, in the form that those of the live service have. */

/** 微信转账单号: 34 digits with the merchant's number and the day in them. */
export function transferBillNoOf(ids: IdSource, mchid: string, now: number): string {
  return `1330${mchid.slice(0, 11).padStart(11, '0')}${dateOf(now).slice(2)}${ids.digits(13)}`
}

/** 授权单号: 27 digits with the day in them. */
export function authorizationIdOf(ids: IdSource, now: number): string {
  return `${dateOf(now)}${ids.digits(19)}`
}

/** The day in China, in eight digits. */
function dateOf(now: number): string {
  return formatInstant(now).slice(0, 10).replaceAll('-', '')
}

/**
 * `package_info`: what the page on the phone is opened with. It names its transfer or its authorization, so that nothing has to be kept of the many
 * that one may have; for everybody else it is opaque, as long as a live one, and begins like one.
 */

/** The number of the transfer or authorization that a `package_info` opens the page of. */
export interface PackageSubject {
  readonly kind: 'transfer' | 'authorization'
  readonly number: string
}

const PREFIX = Buffer.from('ABBQO+oYAAABAAAAAAAA', 'base64')
const NONCE_BYTES = 21
const SUBJECT_BYTES = 48
const DIGEST_BYTES = 32
const KINDS = { transfer: 'b', authorization: 'a' } as const

/** A new one for a subject. Those issued before go on working. */
export function packageInfoFor(subject: PackageSubject, ids: IdSource): string {
  return sealed(subject, Buffer.from(ids.letters(NONCE_BYTES)))
}

/** One for a subject that is the same each time, for looking at without a change. */
export function samePackageInfoFor(subject: PackageSubject): string {
  return sealed(subject, createHash('sha256').update(subject.number).digest().subarray(0, NONCE_BYTES))
}

function sealed({ kind, number }: PackageSubject, nonce: Buffer): string {
  const subject = Buffer.from(`${KINDS[kind]}${number}`.padEnd(SUBJECT_BYTES))
  return Buffer.concat([PREFIX, nonce, masked(subject, nonce), digestOf(nonce, subject)]).toString('base64')
}

/** The subject of a `package_info`; `undefined` for any other text. */
export function subjectOf(packageInfo: string): PackageSubject | undefined {
  const bytes = Buffer.from(packageInfo, 'base64')
  const length = PREFIX.length + NONCE_BYTES + SUBJECT_BYTES + DIGEST_BYTES
  if (bytes.length !== length || bytes.toString('base64') !== packageInfo) return undefined
  if (!bytes.subarray(0, PREFIX.length).equals(PREFIX)) return undefined
  const nonce = bytes.subarray(PREFIX.length, PREFIX.length + NONCE_BYTES)
  const subject = masked(bytes.subarray(PREFIX.length + NONCE_BYTES, length - DIGEST_BYTES), nonce)
  if (!timingSafeEqual(bytes.subarray(length - DIGEST_BYTES), digestOf(nonce, subject))) return undefined
  const text = subject.toString('latin1').trimEnd()
  return { kind: text.startsWith(KINDS.transfer) ? 'transfer' : 'authorization', number: text.slice(1) }
}

function masked(subject: Buffer, nonce: Buffer): Buffer {
  const mask = createHash('shake256', { outputLength: SUBJECT_BYTES }).update(nonce).digest()
  return Buffer.from(subject.map((byte, i) => byte ^ (mask[i] ?? 0)))
}

function digestOf(nonce: Buffer, subject: Buffer): Buffer {
  return createHash('sha256').update(PREFIX).update(nonce).update(subject).digest()
}
