import type { WechatPayMock } from '../../../src/mock.ts'
import type { Callable, MerchantClient } from '../../../src/testing/merchant-client.ts'
import { done, type Kitchen, type Recipe } from './recipe.ts'

type Input = Readonly<Record<string, unknown>>
export type Preparation = (control: WechatPayMock['control'], kitchen: Kitchen) => Promise<unknown>

/** Recipes for the refusals of a call. */
export function refusedCall(operation: Callable, input: Input) {
  const call = (client: MerchantClient, changes: Input = {}) => client.call(operation, { ...input, ...changes })
  return {
    /** In the empty world, with some members changed. */
    atOnce:
      (changes: Input = {}): Recipe =>
      async ({ merchant }) =>
      () =>
        call(merchant, changes),
    /** After something was added or set. */
    after:
      (prepare: Preparation, changes: Input = {}): Recipe =>
      async (kitchen) => {
        await prepare(kitchen.control, kitchen)
        return () => call(kitchen.merchant, changes)
      },
    /** After the same call succeeded, now with other members. */
    repeated:
      (prepare: Preparation, changes: Input = {}): Recipe =>
      async (kitchen) => {
        await prepare(kitchen.control, kitchen)
        await done(call(kitchen.merchant))
        return () => call(kitchen.merchant, changes)
      },
    /** By another merchant, that has one appid of its own, or has not opened some products. */
    byOwner:
      (traits: Partial<Kitchen['others']['owner']>, prepare?: Preparation, changes: Input = {}): Recipe =>
      async (kitchen) => {
        const client = await kitchen.clientOf({ ...kitchen.others.owner, ...traits })
        await prepare?.(kitchen.control, kitchen)
        return () => call(client, changes)
      },
  }
}

/** An appid that is not the one which calls name. */
export const OWN_APPID = { appids: ['wxOwn'] }
/** The merchant that `byOwner` calls for. */
export const OWNER = '1900000102'
/** A merchant that nobody calls for. */
export const STRANGER = '1900000777'
