import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

/** The kinds of files whose addresses answers give: bills (账单) and receipts (回单). */
export type FileKind = 'bill' | 'receipt'

/** A bill without orders: a line of column names, then that of the summary, as in real bills; with a byte order mark. */
const CSV = Buffer.from(
  `\ufeff${[
    ['交易时间', '商户号', '商户订单号', '订单金额'],
    ['总交易单数', '应结订单总金额'],
    ['`0', '`0.00'],
  ].join('\r\n')}\r\n`,
)

/** One grey pixel. */
const JPEG = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z',
  'base64',
)

/** An empty page. */
const PDF = Buffer.from(
  pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
  ]),
)

/** A PDF file from its objects; the first is the document catalog. */
function pdfOf(objects: readonly string[]): string {
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = file.length
    file += `${i + 1} 0 obj${object}endobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`
  return `${file}${table}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`
}

/** The token of a bill that was requested with `tar_type` GZIP. */
const GZIP_TOKEN = 'sample-gzip'

/** The download address of a file; the file there matches the digest in the answer. */
export function fileAddress(kind: FileKind, tarType: unknown): string {
  const path = kind === 'bill' ? 'billdownload/file' : 'transferdownload/signfile'
  return `https://api.mch.weixin.qq.com/v3/${path}?token=${tarType === 'GZIP' ? GZIP_TOKEN : 'sample'}`
}

/** The digest of a file in hex, over the plain bytes. */
export function digestOf(kind: FileKind, hashType: unknown): string {
  const algorithm = hashType === 'SHA256' || hashType === 'SM3' ? hashType : 'SHA1'
  return createHash(algorithm.toLowerCase())
    .update(kind === 'bill' ? CSV : PDF)
    .digest('hex')
}

/**
 * The file that a shaped call answers for a media type.
 *
 * @param token the one in its address
 */
export function sampleFile(mediaType: string, token: unknown): Uint8Array {
  if (mediaType.startsWith('image/')) return new Uint8Array(JPEG)
  if (mediaType === 'application/pdf') return new Uint8Array(PDF)
  return new Uint8Array(token === GZIP_TOKEN ? gzipSync(CSV) : CSV)
}
