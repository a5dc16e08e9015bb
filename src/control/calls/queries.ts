import { z } from 'zod'
import { mchid } from '../formats/basics.ts'

/** `?mchid=`: for which merchant. */
export const mchidQuery = z.strictObject({
  mchid: mchid.optional().meta({ description: 'number of the merchant', examples: ['1900000001'] }),
})
