import { z } from 'zod'
import { mchid } from '../../engine/state/json-fields.ts'

/** `?mchid=`: for which merchant. */
export const mchidQuery = z.strictObject({
  mchid: mchid.optional().meta({ description: 'number of the merchant', examples: ['1900000001'] }),
})
