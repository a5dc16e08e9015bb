import { z } from 'zod'
import { type Variant, withOperation } from '../variant.ts'

const ASSOCIATE = 'associateTradeInfo'
const DISASSOCIATE = 'disassociateTradeInfo'
const LINK = 'a request to link a coupon '

/** Fields of requests that are checked less or more than they have to be. */
export const brokenFields: readonly Variant[] = [
  unchecked(
    'associate: fields not checked',
    ASSOCIATE,
    'a request to link a coupon with a stock_id of 21 characters: ',
  ),
  unchecked(
    'disassociate: fields not checked',
    DISASSOCIATE,
    'a request to take the link of a coupon away with a stock_id of 21 characters: ',
  ),
  withOperation(
    {
      name: 'associate: unknown parameters accepted',
      caughtBy: `${LINK}with a parameter that the call does not have: `,
    },
    ASSOCIATE,
    ({ input }) => ({
      input: { ...input, ...(input.body instanceof z.ZodObject && { body: input.body.loose() }) },
    }),
  ),
  narrower('associate: order numbers of 128 characters refused', 'out_trade_no', z.string().max(127)),
  narrower('associate: request numbers with | _ * - refused', 'out_request_no', z.string().regex(/^[0-9A-Za-z]+$/)),
]

function unchecked(name: string, id: string, caughtBy: string): Variant {
  return withOperation({ name, caughtBy }, id, ({ input }) => ({
    input: {
      ...input,
      body: z.looseObject({
        stock_id: z.coerce.string(),
        coupon_code: z.coerce.string(),
        out_trade_no: z.coerce.string(),
        out_request_no: z.coerce.string(),
      }),
    },
  }))
}

function narrower(name: string, field: string, schema: z.ZodType): Variant {
  return withOperation(
    { name, caughtBy: 'a request to link a coupon with the longest values: ' },
    ASSOCIATE,
    ({ input }) => ({
      input: { ...input, ...(input.body instanceof z.ZodObject && { body: input.body.extend({ [field]: schema }) }) },
    }),
  )
}
