import type { ProductPage } from '../../engine/product.ts'

/** What a page is opened with. */
export type PageQuery = Readonly<Record<string, string>>

/** Where a page of a product is opened, on the server that serves it, with its query escaped. */
export function addressOfPage({ path }: ProductPage, query: PageQuery): string {
  return `/_mock${path}?${new URLSearchParams(query)}`
}
