import { cause } from './cause.ts'
import { type Variant, Variants } from './variant.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** Candidates for the signed method. */
export function methodVariants(method: string): readonly Variant<string>[] {
  const variants = new Variants(method, (text) => text)
  const lower = method.toLowerCase()
  const capitalised = method.slice(0, 1) + lower.slice(1)
  variants.add(lower, [cause('method_case', lower)], 1)
  variants.add(capitalised, [cause('method_case', capitalised)], 3)
  for (const other of METHODS) {
    if (other !== method)
      variants.add(other, [cause('method_other', other)], other === 'GET' || other === 'POST' ? 2 : 3)
  }
  for (const other of METHODS) {
    const written = other.toLowerCase()
    if (other !== method) variants.add(written, [cause('method_other', written)], 3)
  }
  variants.add('', [cause('method_missing')], 3)
  return variants.list
}
