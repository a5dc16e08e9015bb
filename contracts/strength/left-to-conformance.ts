/**
 * Broken servers that conformance alone notices, by why the contract of the shop does not (docs/decisions/0021-a-contract-of-one-shop.md). They are held to that too:
 * once the contract notices one, it no longer belongs here.
 */
export const LEFT_TO_CONFORMANCE: Readonly<Record<string, readonly string[]>> = {
  'Nothing is lost: the contract has it that such a coupon cannot be redeemed, and that one that is used can neither be linked nor freed.':
    [
      'associate: EXPIRED coupon accepted',
      'associate: DEACTIVATED coupon accepted',
      'associate: DELETED coupon accepted',
      'disassociate: EXPIRED coupon accepted',
      'disassociate: DEACTIVATED coupon accepted',
      'disassociate: DELETED coupon accepted',
    ],
  'The shop has no such order: WeChat Pay takes orders with numbers of up to 32 characters.': [
    'associate: order numbers of 128 characters refused',
  ],
}

const names = new Set(Object.values(LEFT_TO_CONFORMANCE).flat())

/** What a broken server is, by its name. */
export function kindOfBroken(name: string): 'broken' | 'left to conformance' {
  return names.has(name) ? 'left to conformance' : 'broken'
}
