import { createHash } from 'node:crypto'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { ADDRESS_LIVES_MS } from '../rules/receipt.ts'

/** The token in the address of a receipt: it says whose receipt it opens and until when, so that nothing has to be kept of it. */
export interface DownloadToken {
  readonly mchid: string
  readonly outBillNo: string
  /** Epoch milliseconds. */
  readonly until: number
}

/** A token that opens a receipt from an instant on, for ten minutes. */
export function tokenFor({ mchid, outBillNo }: Omit<DownloadToken, 'until'>, now: number): string {
  const said = JSON.stringify([mchid, outBillNo, orLastInstant(now + ADDRESS_LIVES_MS)])
  return `${Buffer.from(said).toString('base64url')}.${digestOf(said)}`
}

/** What a token says; `undefined` for what is none. */
export function readToken(token: string): DownloadToken | undefined {
  const [encoded = '', digest] = token.split('.', 2)
  const said = Buffer.from(encoded, 'base64url').toString('utf8')
  if (digest !== digestOf(said)) return undefined
  const [mchid, outBillNo, until] = JSON.parse(said)
  return { mchid, outBillNo, until }
}

function digestOf(said: string): string {
  return createHash('sha256').update(`receipt of a transfer: ${said}`).digest('base64url')
}
