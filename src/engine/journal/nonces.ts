import { type Authorization, parseAuthorization } from '../../wire/protocol/authorization.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { WireRequest } from '../http-message.ts'

/** Who signed a request, with which nonce; `undefined` if its Authorization cannot be read. */
export function signerOf({ headers }: Pick<WireRequest, 'headers'>): Authorization | undefined {
  const parsed = parseAuthorization(headers.authorization ?? '')
  return typeof parsed === 'string' ? undefined : parsed
}

/** Whether two requests are of the same caller and have the same nonce. */
export function sharesNonce(one: Authorization, other: Authorization | undefined): boolean {
  return other?.nonce === one.nonce && other.identity === one.identity
}

/** A call of the journal, as the beginning of a sentence. */
export function callOf(id: string): Texts {
  return { en: `the call ${id}`, zh: `请求 ${id} ` }
}

/** A remark of the journal on a nonce. */
interface NonceRemark {
  readonly about: 'nonce'
  readonly text: Texts
}

/**
 * The remark on a request whose nonce another one of the same caller has.
 *
 * @param where the other request, as the beginning of a sentence
 */
export function nonceRemark(own: Authorization, other: Authorization | undefined, where: Texts): NonceRemark {
  const { nonce } = own
  const again = other?.signature === own.signature
  const text = {
    en: `${where.en} has the nonce ${nonce} too. ${again ? 'Its signature is the same as well: it was sent again as it was. ' : ''}The mock takes it, but a nonce is for one call: generate a new one and sign again for every call, retries included.`,
    zh: `${where.zh}也使用了随机串 ${nonce}。${again ? '签名也相同，即原样重发。' : ''}模拟服务不因此拒绝，但随机串只应使用一次：每次请求（包括重试）都要重新生成并重新签名。`,
  }
  return { about: 'nonce', text }
}
