import { UsageError } from '../../protocol/errors.ts'
import type { Language } from '../../shared/texts.ts'
import type { Send } from './connection.ts'

/** Carries requests to a server. */
export function sendTo(
  address: string,
  { token, language }: { readonly token?: string | undefined; readonly language?: Language | undefined },
): Send {
  return async (request) => {
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
    if (language !== undefined) request.headers.set('Accept-Language', language)
    try {
      return await fetch(request)
    } catch (cause) {
      throw new UsageError(
        'MOCK_UNREACHABLE',
        {
          en: `No mock answers at ${address}: is it started there?`,
          zh: `${address} 没有模拟服务应答，请确认它已在该地址启动。`,
        },
        { cause },
      )
    }
  }
}
