import { createWriteStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Writes the seed of `coupons` coupons `C0`, `C1` … of the batch `BENCH`, and returns the file. Uses a stream, since a million of them take 45 MB.
 *
 * @param others lists of other rows, by their names in a seed
 */
export async function writeSeed(
  coupons: number,
  others: Readonly<Record<string, readonly object[]>> = {},
): Promise<string> {
  const file = join(tmpdir(), `wechatpay-mock-bench-${process.pid}-${coupons}.json`)
  await pipeline(Readable.from(linesOf(coupons, others)), createWriteStream(file))
  return file
}

function* linesOf(coupons: number, others: object): Generator<string> {
  yield '{"coupons":['
  for (let i = 0; i < coupons; i++) yield `${i === 0 ? '' : ','}{"stock_id":"BENCH","coupon_code":"C${i}"}\n`
  yield ']'
  for (const [name, rows] of Object.entries(others)) yield `,"${name}":${JSON.stringify(rows)}`
  yield '}'
}
