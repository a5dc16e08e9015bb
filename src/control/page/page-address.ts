import type { ProductPage } from '../../engine/product.ts'

export type PageQuery = Readonly<Record<string, string>>

/** The address of a product's page on the server that serves it, with its query escaped. */
export function addressOfPage({ path }: ProductPage, query: PageQuery): string {
  return `/_mock${path}?${new URLSearchParams(query)}`
}
