import type { Authorization } from '../protocol/authorization.ts'
import { type Cause, cause, type MERCHANT_CAUSES } from './cause.ts'
import type { KnownKey } from './known-key.ts'

/** A serial that does not name the merchant's certificate. */
export interface SerialFailure {
  /** `serial_no` and `mchid` of the header. */
  readonly serialNo: string
  readonly mchid: string
  /** Whether the merchant exists at all. */
  readonly known: boolean
  /** Finds a key by its serial, ignoring case. */
  readonly find: (serialNo: string) => KnownKey | undefined
}

/** Reports whose serial it is, or how it is written. */
export function diagnoseSerial({ serialNo, mchid, known, find }: SerialFailure): readonly [Cause, ...Cause[]] {
  const causes: Cause[] = known ? [] : [cause('mchid_unknown', mchid)]
  for (const [written, how] of spellings(serialNo)) {
    const key = find(written)
    if (!key) continue
    causes.push(...how)
    if (key.mchid === undefined) causes.push(cause('serial_of_platform', key.serialNo))
    else if (key.mchid !== mchid) causes.push(cause('serial_of_another_merchant', key.mchid))
    else if (how.length === 0) causes.push(cause('serial_of_another_certificate', key.serialNo))
    const [first, ...more] = causes
    if (first) return [first, ...more]
  }
  const [first = cause('serial_unknown', serialNo.slice(0, 80)), ...more] = causes
  return [first, ...more]
}

/** The cause that objects to a merchant, with the merchant or certificate concerned. */
export function objectionCause(
  name: (typeof MERCHANT_CAUSES)[number],
  { identity, serialNo }: Pick<Authorization, 'identity' | 'serialNo'>,
): Cause {
  const aboutMerchant = name === 'api_v3_key_not_set' || name === 'certificate_never_applied_for'
  return cause(name, aboutMerchant ? identity : serialNo)
}

/** How tools write a serial: hexadecimal with colons, spaces, `0x` or without leading zeros, or decimal. */
function spellings(serialNo: string): (readonly [serialNo: string, how: readonly Cause[]])[] {
  const written: [string, readonly Cause[]][] = [[serialNo, []]]
  if (serialNo.length > 120) return written
  const bare = serialNo.replace(/^(?:serial\s*=\s*|0x)/i, '').replaceAll(/[\s:-]/g, '')
  const otherwise = [cause('serial_written_otherwise', serialNo)]
  written.push([bare, otherwise], [bare.padStart(40, '0'), otherwise])
  const tail = bare.slice(-40)
  if (/^0+$/.test(bare.slice(0, -40)) && /^[0-9a-f]{40}$/i.test(tail)) written.push([tail, otherwise])
  if (/^\d+$/.test(bare)) {
    const hex = BigInt(bare).toString(16)
    written.push(
      [hex, [cause('serial_decimal', serialNo)]],
      [hex.padStart(40, '0'), [cause('serial_decimal', serialNo)]],
    )
  }
  return written
}
