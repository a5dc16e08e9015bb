import { cause } from './cause.ts'
import { type Variant, Variants } from './variant.ts'

/** Candidates for the signed nonce. A different random text cannot be found. */
export function nonceVariants(nonce: string, timestamp: string): readonly Variant<string>[] {
  const variants = new Variants(nonce, (text) => text)
  variants.add('', [cause('nonce_missing')], 1)
  variants.add(nonce.toUpperCase(), [cause('nonce_case', 'upper')], 2)
  variants.add(nonce.toLowerCase(), [cause('nonce_case', 'lower')], 2)
  variants.add(timestamp, [cause('nonce_is_timestamp')], 3)
  variants.add(nonce.replaceAll('-', ''), [cause('nonce_dashes', 'without')], 2)
  if (/^[0-9a-f]{32}$/i.test(nonce)) {
    const uuid = nonce.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    variants.add(uuid, [cause('nonce_dashes', 'with')], 2)
  }
  return variants.list
}
