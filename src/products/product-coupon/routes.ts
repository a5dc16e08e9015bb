/** Where the control calls of product coupons are found, and what the `MockControl` methods of the same names do. */
export const routes = {
  /** Says all of them or none; 10,000 at most. */
  addBrandPartners: 'POST /brand-partners',
  /** Says what a brand lets a partner (服务商) do: `{ brand_id, authorized: false }`, `{ brand_id, brand_appids }`; what was said before is replaced. */
  addBrandPartner: 'POST /brand-partners',
} as const
