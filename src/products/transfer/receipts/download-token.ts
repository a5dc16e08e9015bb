import { createHash } from 'node:crypto'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { ADDRESS_LIVES_MS } from '../receipt-rules.ts'

/** The token in the address of a receipt: it says whose receipt it opens and until when, so that nothing has to be kept of it. */
export interface DownloadToken {
  readonly mchid: string
  readonly outBillNo: string
  /** Epoch milliseconds. */
  readonly until: number
}

const SAID = /^([0-9]{1,32})\/([0-9A-Za-z]{1,32})\/([0-9]{1,15})$/

/** A token that opens a receipt from an instant on, for ten minutes. */
export function tokenFor({ mchid, outBillNo }: Omit<DownloadToken, 'until'>, now: number): string {
  return sealed(`${mchid}/${outBillNo}/${orLastInstant(now + ADDRESS_LIVES_MS)}`)
}

/** What a token says; `undefined` for what is none. */
export function readToken(token: string): DownloadToken | undefined {
  const said = Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8')
  if (token !== sealed(said)) return undefined
  // No secret is in it, so that anybody can make one up.
  const [, mchid, outBillNo, until] = SAID.exec(said) ?? []
  if (mchid === undefined || outBillNo === undefined) return undefined
  return { mchid, outBillNo, until: Number(until) }
}

function sealed(said: string): string {
  const digest = createHash('sha256').update(`receipt of a transfer: ${said}`).digest('base64url')
  return `${Buffer.from(said).toString('base64url')}.${digest}`
}
