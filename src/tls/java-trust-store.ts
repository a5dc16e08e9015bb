import { createHash } from 'node:crypto'

/** A certificate for a JVM to trust. */
export interface TrustedCertificate {
  /** Name in the store; lower case, because Java compares aliases that way. */
  readonly alias: string
  readonly der: Uint8Array
}

const MAGIC = 0xfeedfeed
const VERSION = 2
const TRUSTED_CERTIFICATE = 2

/**
 * A trust store in Java's own format (JKS), as `keytool` and `-Djavax.net.ssl.trustStore` read it. It holds nothing secret: the
 * password only guards against accidental changes.
 *
 * Source: the format as `sun.security.provider.JavaKeyStore` documents it.
 *
 * @param at when the certificates were added, epoch milliseconds
 */
export function javaTrustStore(certificates: readonly TrustedCertificate[], password: string, at: number): Buffer {
  const content = Buffer.concat([
    uint32(MAGIC),
    uint32(VERSION),
    uint32(certificates.length),
    ...certificates.flatMap(({ alias, der }) => [
      uint32(TRUSTED_CERTIFICATE),
      text(alias),
      uint64(at),
      text('X.509'),
      uint32(der.length),
      der,
    ]),
  ])
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
    .digest()
  return Buffer.concat([content, digest])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** Like `DataOutput.writeUTF` for ASCII. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'ascii')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}
