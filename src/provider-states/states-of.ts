import type { Product, ProductState } from '../engine/product.ts'
import { UsageError } from '../protocol/errors.ts'
import { quoted, type Texts } from '../shared/texts.ts'
import { coreStates } from './core-states.ts'
import type { ProviderState, States } from './state.ts'

/** Names of the states of mocks with some products. */
export type StateNameOf<Products extends readonly Product[]> = keyof typeof coreStates | NamesOf<Products[number]>

type NamesOf<P extends Product> = P extends { readonly states: () => Promise<infer States> }
  ? Extract<keyof States, string>
  : never

const EVERY_MOCK: Texts = { en: 'every mock', zh: '每个模拟服务' }

/**
 * The states of mocks with some products: those of each product, then those of every mock.
 *
 * @throws UsageError `MOCK_PRODUCT` for an invalid state, or one with the name of another
 */
export async function statesOf(products: readonly Product[]): Promise<States> {
  const brought: { whose: Texts; states: Readonly<Record<string, ProductState>> }[] = []
  for (const { id, states } of products) brought.push({ whose: quoted(id), states: (await states?.()) ?? {} })
  const joined = new Map<string, { readonly state: ProviderState; readonly whose: Texts }>()
  for (const { whose, states } of [...brought, { whose: EVERY_MOCK, states: coreStates }]) {
    for (const [name, state] of Object.entries<ProductState>(states)) {
      const other = joined.get(name)
      if (other)
        refuse({
          en: `${other.whose.en} and ${whose.en} each have a provider state "${name}": rename one.`,
          zh: `${other.whose.zh} 与 ${whose.zh} 都有名为“${name}”的提供方状态，请给其中一个改名。`,
        })
      if (!isState(state))
        refuse({
          en: `The provider state "${name}" of ${whose.en} is none: make it with defineState.`,
          zh: `${whose.zh} 中的“${name}”不是提供方状态，请用 defineState 定义。`,
        })
      joined.set(name, { state, whose })
    }
  }
  return Object.fromEntries([...joined].map(([name, { state }]) => [name, state]))
}

function isState(state: ProductState): state is ProviderState {
  return 'setUp' in state && typeof state.setUp === 'function'
}

function refuse(texts: Texts): never {
  throw new UsageError('MOCK_PRODUCT', texts)
}
