import { isBase64 } from '../protocol/signature.ts'
import { type Cause, cause } from './cause.ts'

/** A reading of a signature's text as bytes, and what had to be undone for it. */
export interface SignatureReading {
  readonly bytes: Buffer
  readonly causes: readonly Cause[]
}

/** Maximum length of a text that is examined: more than a 4096-bit signature in hex, in base64 and percent-encoded. */
const MAX_LENGTH = 4_096

/**
 * The possible readings of a signature's text, the plain one first.
 *
 * At most a few dozen, whatever the text is: two things undone before one of the encodings.
 */
export function readSignature(text: string): SignatureReading[] {
  if (text.length > MAX_LENGTH) return []
  const readings: SignatureReading[] = []
  const add = (written: Written) => {
    for (const { bytes, causes } of decodings(written.text)) {
      if (!readings.some((reading) => reading.bytes.equals(bytes))) {
        readings.push({ bytes, causes: [...written.causes, ...causes] })
      }
    }
  }
  const plain: Written = { text, causes: [] }
  const once = undone(plain)
  add(plain)
  for (const written of once) add(written)
  for (const written of once.flatMap(undone)) add(written)
  return readings
}

interface Written {
  readonly text: string
  readonly causes: readonly Cause[]
}

function undone({ text, causes }: Written): Written[] {
  const steps: [string, Cause][] = [
    [percentDecoded(text), cause('signature_percent_encoded')],
    [text.replaceAll(/\\[rn]|\s/g, ''), cause('signature_spaces')],
    [text.replaceAll(' ', '+'), cause('signature_plus_as_space')],
    [text.replaceAll('\\/', '/'), cause('signature_slashes_escaped')],
  ]
  return steps.filter(([after]) => after !== text).map(([after, step]) => ({ text: after, causes: [...causes, step] }))
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}

function decodings(text: string): SignatureReading[] {
  const readings: SignatureReading[] = []
  const digits = text.replaceAll(':', '')
  // Hex digits are valid base64 as well, so hex comes first.
  if (/^(?:[0-9a-f]{2}){64,}$/i.test(digits)) {
    readings.push({ bytes: Buffer.from(digits, 'hex'), causes: [cause('signature_hex')] })
  }
  if (isBase64(text)) {
    const bytes = Buffer.from(text, 'base64')
    const inner = bytes.toString('latin1')
    if (/^(?:[0-9a-f]{2}){64,}$/i.test(inner)) {
      readings.push({ bytes: Buffer.from(inner, 'hex'), causes: [cause('signature_base64_twice', 'hex')] })
    } else if (bytes.length > 64 && isBase64(inner)) {
      readings.push({ bytes: Buffer.from(inner, 'base64'), causes: [cause('signature_base64_twice')] })
    }
    readings.push({ bytes, causes: [] })
  } else if (/^[\w-]+={0,2}$/.test(text)) {
    readings.push({ bytes: Buffer.from(text, 'base64url'), causes: [cause('signature_base64url')] })
  }
  return readings
}
