import { type Product, type ProductState, refuseProduct } from '../../engine/product.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { quoted, type Texts } from '../../wire/shared/texts.ts'
import { type CoreControl, defineState, type ProviderState, type RequestFlaw, type States } from './state.ts'

const flawed = (flaw: RequestFlaw, circumstances: Texts) =>
  defineState(
    {},
    async (_, { next }) => {
      next.flaw = flaw
    },
    { circumstances },
  )

const fails = (error: string, circumstances: Texts) =>
  defineState(
    { operation: '' },
    ({ operation }, { control }) => control.planFault({ ...(operation !== '' && { operation }), error }),
    { circumstances },
  )

/** The merchant has only one kind of the platform's keys. */
const keyMode = (key_mode: 'public-key' | 'certificate', circumstances: Texts) =>
  defineState({}, (_, { control }) => control.changeSettings({ key_mode }), {
    found: ({ before }) => (before.settings.key_mode === key_mode ? [{}] : []),
    circumstances,
  })

/** A repeat, with the very bytes of the request or of the callback. */
const repeated = defineState({}, async (_, { next }) => {
  next.repeated = true
})

/** Creates a merchant, unless one with this number exists. */
async function haveMerchant(control: CoreControl, mchid: string): Promise<void> {
  try {
    await control.credentials(mchid)
  } catch (refusal) {
    if (!(refusal instanceof UsageError && refusal.code === 'MOCK_MERCHANT_UNKNOWN')) throw refusal
    await control.createMerchant({ mchid })
  }
}

/** The merchant of the request fails authentication, for the given reason. */
const standing = (change: Parameters<CoreControl['changeMerchant']>[1], circumstances: Texts) =>
  defineState(
    {},
    async (_, { control, next }) => {
      const { mchid } = await control.credentials(next.mchid)
      await control.changeMerchant(mchid, change)
    },
    { circumstances },
  )

/** Errors that states plan for whatever call follows, by their keys. */
export const PLANNED_ERRORS = {
  'the service is overloaded': 'rate_limited',
  'the service fails': 'system_error',
} as const

/** State of an interaction about a path or method that WeChat Pay does not have. */
export const NO_SUCH_CALL = 'there is no such call'

/** State of a message that is a repeat. */
export const CALLBACK_REPEATED = 'the same callback was delivered before'

/** States of any mock, whatever its products. */
export const coreStates = {
  'the service is overloaded': fails(PLANNED_ERRORS['the service is overloaded'], {
    en: 'while the service is overloaded',
    zh: '服务过载时',
  }),
  'the service fails': fails(PLANNED_ERRORS['the service fails'], { en: 'while the service fails', zh: '服务出错时' }),
  'the service answers with an error': defineState(
    { operation: 'associateTradeInfo', error: 'system_error' },
    (fault, { control }) => control.planFault(fault),
  ),
  [NO_SUCH_CALL]: defineState({}, async (_, { next }) => {
    next.noSuchCall = true
  }),
  'the same request was made before': repeated,
  [CALLBACK_REPEATED]: repeated,
  'the merchant has only the public key': keyMode('public-key', {
    en: 'while the merchant has only the public key',
    zh: '商户只有微信支付公钥时',
  }),
  'the merchant has only platform certificates': keyMode('certificate', {
    en: 'while the merchant has only platform certificates',
    zh: '商户只有平台证书时',
  }),
  'the time is': defineState({ now: '2026-11-25T12:00:00+08:00' }, ({ now }, { control }) => control.freeze(now)),
  'the merchant has only one appid': defineState(
    { appid: 'wx0000000000000001' },
    async ({ appid }, { control, next }) => {
      const { mchid } = await control.credentials(next.mchid)
      await control.changeMerchant(mchid, { appids: [appid] })
    },
  ),
  'a merchant exists': defineState({ mchid: '1900000108' }, ({ mchid }, { control }) => haveMerchant(control, mchid)),
  'another merchant calls': defineState({ mchid: '1900000108' }, async ({ mchid }, { control, next }) => {
    await haveMerchant(control, mchid)
    next.mchid = mchid
  }),

  'the merchant certificate has expired': standing(
    { certificate_state: 'expired' },
    { en: 'although the merchant certificate has expired', zh: '商户证书已过期时' },
  ),
  'the merchant certificate was revoked': standing(
    { certificate_state: 'revoked' },
    { en: 'although the merchant certificate was revoked', zh: '商户证书已吊销时' },
  ),
  'the merchant certificate was replaced': standing(
    { certificate_state: 'replaced' },
    { en: 'although the merchant certificate was replaced', zh: '商户证书已更换时' },
  ),
  'the merchant never applied for a certificate': standing(
    { certificate_state: 'never_applied_for' },
    { en: 'although the merchant never applied for a certificate', zh: '商户从未申请证书时' },
  ),
  'the merchant has set no APIv3 key': standing(
    { api_v3_key_set: false },
    { en: 'although the merchant has set no APIv3 key', zh: '商户未设置 APIv3密钥时' },
  ),

  'the request is not signed': flawed('unsigned', { en: 'without a signature', zh: '请求未签名' }),
  'the Authorization header is malformed': flawed('malformed', {
    en: 'with a malformed Authorization header',
    zh: 'Authorization 格式有误',
  }),
  'the scheme of the signature is unknown': flawed('scheme_unknown', {
    en: 'with an unknown scheme of the signature',
    zh: '认证类型有误',
  }),
  'the timestamp of the request is too old': flawed('too_old', {
    en: 'with a timestamp that is too old',
    zh: '时间戳已过期',
  }),
  'the timestamp of the request is in the future': flawed('too_new', {
    en: 'with a timestamp in the future',
    zh: '时间戳晚于当前时间',
  }),
  'the timestamp of the request is in milliseconds': flawed('in_milliseconds', {
    en: 'with a timestamp in milliseconds',
    zh: '时间戳以毫秒为单位',
  }),
  'the serial of the merchant certificate is unknown': flawed('serial_unknown', {
    en: 'with an unknown serial of the merchant certificate',
    zh: '商户证书序列号有误',
  }),
  'the request is signed with another key': flawed('other_key', {
    en: 'signed with another key',
    zh: '用其他密钥签名',
  }),
  'the request is signed over another body': flawed('other_body', {
    en: 'signed over another body',
    zh: '对其他报文主体签名',
  }),
  'Accept is missing': flawed('no_accept', { en: 'without Accept', zh: '没有 Accept' }),
  'User-Agent is missing': flawed('no_user_agent', { en: 'without User-Agent', zh: '没有 User-Agent' }),
} as const

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
        refuseProduct({
          en: `${other.whose.en} and ${whose.en} each have a provider state "${name}": rename one.`,
          zh: `${other.whose.zh} 与 ${whose.zh} 都有名为“${name}”的提供方状态，请给其中一个改名。`,
        })
      if (!isState(state))
        refuseProduct({
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
