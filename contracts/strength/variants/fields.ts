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
  reading(
    'associate: order numbers of 128 characters refused',
    `${LINK}with the longest values: `,
    'out_trade_no',
    z.string().max(127),
  ),
  reading(
    'associate: request numbers with | _ * - refused',
    `${LINK}with the longest values: `,
    'out_request_no',
    z.string().regex(/^[0-9A-Za-z]+$/),
  ),
  reading(
    'associate: order numbers of 1 character refused',
    `${LINK}with the shortest values: `,
    'out_trade_no',
    z.string().min(6),
  ),
  reading(
    'associate: codes with other signs than letters and digits refused',
    `${LINK}with signs in its code and its order: `,
    'coupon_code',
    z.string().regex(/^[0-9A-Za-z]+$/),
  ),
  reading(
    'use: codes of 1 character refused',
    'a request to redeem a coupon with the shortest values: ',
    'coupon_code',
    z.string().min(2),
    'useCoupon',
  ),
  reading(
    'associate: request numbers with a blank behind them accepted',
    `${LINK}with an out_request_no with a blank behind it: `,
    'out_request_no',
    z
      .string()
      .trim()
      .regex(/^[0-9A-Za-z_|*-]+$/),
  ),
  reading(
    'associate: request numbers with . and / accepted',
    `${LINK}with an out_request_no with a full stop: `,
    'out_request_no',
    z.string().regex(/^[0-9A-Za-z_|*./-]+$/),
  ),
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

/** Reads one field of a request in another way. */
function reading(name: string, caughtBy: string, field: string, schema: z.ZodType, id = ASSOCIATE): Variant {
  return withOperation({ name, caughtBy }, id, ({ input }) => ({
    input: { ...input, ...(input.body instanceof z.ZodObject && { body: input.body.extend({ [field]: schema }) }) },
  }))
}
