import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

/** The address of a file that a shaped call answers: what is downloaded there has the digest that was answered with it. */
export const DOWNLOAD_ADDRESS = 'https://api.mch.weixin.qq.com/v3/billdownload/file?token=sample'

/** A bill without orders: the first line names columns, the second is the summary's, as bills have them; with a byte order mark. */
const CSV = Buffer.from('\ufeff交易时间,商户号,商户订单号,订单金额\r\n总交易单数,应结订单总金额\r\n`0,`0.00\r\n')

/** One white pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==',
  'base64',
)

/** An empty page. */
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
)

/** The file that a shaped call answers for a media type. */
export function sampleFile(mediaType: string): Uint8Array {
  if (mediaType.startsWith('image/')) return new Uint8Array(PNG)
  if (mediaType === 'application/pdf') return new Uint8Array(PDF)
  if (mediaType === 'application/gzip') return new Uint8Array(gzipSync(CSV))
  return new Uint8Array(CSV)
}

/** The digest of the bill that is downloaded at {@link DOWNLOAD_ADDRESS}: in hex, over the plain file. */
export function sampleDigest(algorithm: 'sha1' | 'sha256'): string {
  return createHash(algorithm).update(CSV).digest('hex')
}
