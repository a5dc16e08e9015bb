import type { Merchant } from '../../../src/engine/keys/merchants.ts'
import type { OperationDescription } from '../../../src/engine/operation.ts'
import type { WechatPayMock } from '../../../src/mock.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'

/** Context in which a recipe causes an error. The world is empty but for the well-known merchant; it is {@link NOON}, and time stands still. */
export interface Kitchen {
  readonly mock: WechatPayMock
  readonly control: WechatPayMock['control']
  /** The well-known merchant's client. */
  readonly merchant: MerchantClient
  /** Merchants of their own; {@link clientOf} lets one in. */
  readonly others: Readonly<Record<'partner' | 'owner' | 'sender', Merchant>>
  clientOf(merchant: Merchant): Promise<MerchantClient>
}

type Answer = Promise<{ readonly status: number; readonly body: unknown }>

/**
 * Brings an error about by what happened before, and answers with the call that is refused.
 *
 * What comes before has to succeed: a recipe throws when it does not.
 */
export type Recipe = (kitchen: Kitchen) => Promise<() => Answer>

/** For an error without a cause in the mock: it comes as a planned fault only, as any error can. */
export const ONLY_PLANNED: Recipe = () => Promise.reject(new Error('Nothing that happens brings this error about.'))

/** The same, in the words of chapters that name the call. */
export function planned(_operation: OperationDescription, _error: string, _input: Record<string, unknown>): Recipe {
  return ONLY_PLANNED
}

/** A recipe for each error of an operation: one that is missing does not compile. */
export type Recipes<Described extends OperationDescription> = {
  readonly [Key in keyof Described['errors']]: Recipe
}

/** An operation with a recipe for each of its errors. */
export interface Cookbook {
  readonly operation: OperationDescription
  readonly recipes: Readonly<Record<string, Recipe>>
}

/** Checks that there is a recipe for every error. */
export function cookbook<const Described extends OperationDescription>(
  operation: Described,
  recipes: Recipes<Described>,
): Cookbook {
  return { operation, recipes }
}

/** Requires a step to succeed. @throws Error if it was refused */
export async function done<Body = Record<string, unknown>>(answer: Answer): Promise<Body> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`A step before the refused call was refused: ${status} ${JSON.stringify(body)}`)
  return body as Body
}
