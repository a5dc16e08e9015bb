import { typeOfEvent } from '../helpers/events.ts'
import type { HandWrittenPact } from './pacts.ts'

const HEADER_FIELDS = {
  contentType: 'application/json',
  'Content-Type': 'application/json',
  'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  'Wechatpay-Serial': 'an example',
  'Wechatpay-Timestamp': '1554208460',
}

const anyText = { combine: 'AND', matchers: [{ match: 'type' }] }
const matching = (regex: string) => ({ combine: 'AND', matchers: [{ match: 'regex', regex }] })

/** A contract about callbacks as Pact's libraries write it, with header fields as metadata; `differs` turns it into one that the mock breaks. */
export function callbackPact(
  version: '3.0.0' | '4.0',
  eventTypes: readonly string[],
  differs: { readonly contents?: object; readonly metadata?: object } = {},
): HandWrittenPact {
  const callbacks = eventTypes.map((name) => ({
    description: `a ${name} callback`,
    body: {
      event_type: typeOfEvent(name),
      resource_type: 'encrypt-resource',
      resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'an example' },
      ...differs.contents,
    },
    metadata: { ...HEADER_FIELDS, ...differs.metadata },
    matchingRules: {
      body: { '$.resource.ciphertext': anyText },
      metadata: { 'Wechatpay-Serial': anyText, 'Wechatpay-Timestamp': matching('^\\d{10}$') },
    },
  }))
  return version === '3.0.0'
    ? { version, messages: callbacks.map(({ body, ...callback }) => ({ ...callback, contents: body })) }
    : {
        version,
        interactions: callbacks.map(({ body, ...callback }) => ({
          ...callback,
          type: 'Asynchronous/Messages',
          contents: { content: body, contentType: 'application/json', encoded: false },
        })),
      }
}
