import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AdjustableClock } from '../../../src/engine/clock.ts'
import { authenticate } from '../../../src/engine/exchange/authenticate.ts'
import { pathOf } from '../../../src/engine/http-message.ts'
import { createIds } from '../../../src/engine/ids.ts'
import { Journal } from '../../../src/engine/journal/journal.ts'
import { Mock } from '../../../src/engine/mock.ts'
import { defineOperation } from '../../../src/engine/operation.ts'
import { defineProduct } from '../../../src/engine/product.ts'
import { DEFAULT_SETTINGS } from '../../../src/engine/settings.ts'
import { payGateway, payment } from '../../../src/products/payment/index.ts'
import { downloadCertificates } from '../../../src/products/platform/operations.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import {
  commonErrors,
  decryptField,
  type Envelope,
  encryptField,
  formatAuthorization,
  isTimely,
  open,
  parseAuthorization,
  parseInstant,
  requestMessage,
  responseMessage,
  type SignedRequest,
  seal,
  sign,
  signedBody,
  TIMESTAMP_WINDOW_SECONDS,
  verify,
} from '../../../src/wire/protocol/index.ts'
import { signInformation } from '../../../src/wire/protocol/message.ts'
import { responseHeaders } from '../../../src/wire/protocol/response-headers.ts'
import { sensitiveFieldError } from '../../../src/wire/protocol/sensitive-field.ts'
import { probeSignature } from '../../../src/wire/protocol/signature.ts'
import { TABLES } from '../../helpers/tables.ts'
import {
  headerOf,
  merchantKey,
  type NotificationVector,
  type RequestVector,
  type ResponseVector,
  vectorMerchant,
  vectorMerchants,
  vectors,
  wireRequest,
} from './vectors.ts'

const { constants, keys } = vectors

function authorizationOf(value: string) {
  const authorization = parseAuthorization(value)
  if (typeof authorization === 'string') throw new Error(`${authorization}: ${value}`)
  return authorization
}

function signedRequest(vector: RequestVector): SignedRequest {
  const { method, target, headers, body } = wireRequest(vector)
  const { timestamp, nonce } = authorizationOf(headerOf(vector, 'Authorization'))
  return { method, target, timestamp, nonce, body: signedBody(headers['content-type'], body) }
}

test('no section and no entry of the vectors is left out of these tests', () => {
  const {
    _comment,
    format_version,
    constants: _,
    keys: __,
    certificates,
    ...sections
  } = vectors as typeof vectors & {
    readonly _comment: unknown
    readonly format_version: unknown
  }
  const counts = Object.entries({ ...sections, certificates: certificates.decrypted }).map(([name, { length }]) => [
    name,
    length,
  ])

  expect(Object.fromEntries(counts)).toEqual({
    requests: 12,
    requests_negative: 29,
    requests_business_error: 1,
    responses: 6,
    responses_negative: 7,
    notifications: 3,
    notifications_negative: 5,
    certificates: 2,
    sensitive_fields: 4,
    client_pay_signatures: 2,
  })
})

describe('constants and keys', () => {
  test('the timestamp window is the one of the vectors', () => {
    expect(TIMESTAMP_WINDOW_SECONDS).toBe(constants.timestamp_window_seconds)
  })

  const { wechatpay_public_key, ...certified } = keys

  test.for(Object.entries(certified))('%s: certificate, serial, public and private key belong together', ([, key]) => {
    const certificate = new X509Certificate(key.cert_pem)

    expect(certificate.serialNumber).toBe(key.serial_no)
    expect(certificate.checkPrivateKey(createPrivateKey(key.private_key_pem))).toBe(true)
    expect(certificate.publicKey.equals(createPublicKey(key.public_key_pem))).toBe(true)
  })

  test('wechatpay_public_key: public and private key belong together', () => {
    const derived = createPublicKey(createPrivateKey(wechatpay_public_key.private_key_pem))

    expect(derived.equals(createPublicKey(wechatpay_public_key.public_key_pem))).toBe(true)
    expect(wechatpay_public_key.id).toBe(constants.public_key_id)
  })
})

describe.for(vectors.requests)('request $id', (vector) => {
  const header = headerOf(vector, 'Authorization')

  test('its message is made of the bytes on the wire, and signing it gives the same signature byte for byte', async () => {
    const request = signedRequest(vector)
    const message = requestMessage(request)

    expect(Buffer.from(request.body).toString('utf8')).toBe(vector.signed_body)
    expect(message.toString('utf8')).toBe(vector.sign_message)
    expect(message).toHaveLength(vector.sign_message_bytes)
    expect(createHash('sha256').update(message).digest('hex')).toBe(vector.sign_message_sha256)
    expect(await sign(message, merchantKey)).toBe(vector.signature)
    expect(signInformation(request)).toEqual(vector.sign_information_if_rejected)
  })

  test('its Authorization header is read, and written again in an equivalent form', () => {
    const authorization = authorizationOf(header)

    expect(authorization.signature).toBe(vector.signature)
    expect(parseAuthorization(formatAuthorization(authorization))).toEqual(authorization)
  })

  test('it is authenticated at its clock', () => {
    const result = authenticate(wireRequest(vector), vectorMerchants(), vector.clock * 1_000)

    const brand = vector.request_target.startsWith('/brand/')
    expect(result).toEqual({ caller: expect.objectContaining({ mchid: constants.mchid }), brand })
  })

  test.for(vector.equivalent_authorization_values ?? [])('another field order means the same: %#', (value) => {
    const request = wireRequest({ ...vector, headers: { ...vector.headers, Authorization: value } })

    expect(parseAuthorization(value)).toEqual(authorizationOf(header))
    expect(authenticate(request, vectorMerchants(), vector.clock * 1_000)).toHaveProperty('caller.mchid')
  })
})

test('exactly one request states equivalent Authorization values, three of them', () => {
  expect(vectors.requests.flatMap((vector) => vector.equivalent_authorization_values ?? [])).toHaveLength(3)
})

test('the request with a lower-case serial is really written so', () => {
  const vector = vectors.requests.find(({ id }) => id === 'lower-case-serial')

  expect(authorizationOf(vector?.headers.Authorization ?? '').serialNo).toBe(keys.merchant.serial_no.toLowerCase())
})

test.for(vectors.requests_negative)('request $id is refused as stated, and explained to the developer', (vector) => {
  const gateway = payGateway(pathOf(vector.request_target))?.authentication
  const { status, code, message, detail, signed_response } = vector.expect

  const result = authenticate(wireRequest(vector), vectorMerchants(), vector.clock * 1_000, gateway)

  const error = 'failure' in result ? result.failure.error : undefined
  expect(error).toMatchObject({ status, code, message })
  expect(error?.toJSON()).toEqual({ code, message, ...(detail && { detail }) })
  // Nobody is named to sign the answer for.
  expect('caller' in result).toBe(signed_response)
  expect(result).toHaveProperty('failure.explanation', {
    en: expect.stringMatching(/\S.{10,}\.$/),
    zh: expect.stringMatching(/\p{Script=Han}.{5,}。$/u),
  })
})

/** Refused requests whose signature does not even match the message that the client claims to have signed. */
const otherwiseSigned = ['wrong-private-key', 'pss-padding', 'sha1-digest']

test.for(vectors.requests_negative.filter((vector) => vector.client_signed_message !== undefined))(
  'refused request $id is signed as it says, so the message is what differs',
  (vector) => {
    const { signature } = authorizationOf(headerOf(vector, 'Authorization'))
    const signed = verify(Buffer.from(vector.client_signed_message ?? ''), signature, vectorMerchant.publicKey)

    expect(signed).toBe(!otherwiseSigned.includes(vector.id))
  },
)

test.for(vectors.requests_business_error)('business error $id is of a request that is signed well', (vector) => {
  const { status, code, message } = vector.expect

  expect(requestMessage(signedRequest(vector)).toString('utf8')).toBe(vector.sign_message)
  expect(authenticate(wireRequest(vector), vectorMerchants(), vector.clock * 1_000)).toEqual({
    caller: vectorMerchant,
    brand: false,
  })
  expect(commonErrors.mchid_differs).toMatchObject({ status, code, message })
})

/** Calls of the vectors that payment lacks; an unknown path is answered before the caller is identified. */
const others = defineProduct({
  id: 'vectors',
  title: { en: 'vectors', zh: '向量' },
  tables: [],
  operations: Object.values(
    Object.fromEntries(
      vectors.requests_negative
        .map(({ method, request_target }) => ({ method, path: pathOf(request_target) }))
        .filter(({ path }) => !path.startsWith('/v3/pay/'))
        .map(({ method, path }, i) => [
          `${method} ${path}`,
          defineOperation({
            id: `vector${i}`,
            method: method === 'GET' ? 'GET' : 'POST',
            path,
            summary: 'A call of the vectors',
            title: '向量',
            source: 'https://example.com/vectors',
            input: {},
            output: z.undefined(),
            errors: {},
            rules: [],
            handle: async () => undefined,
          }),
        ]),
    ),
  ),
})

describe('the whole mock, at the clock of each vector', () => {
  const clock = new AdjustableClock()
  clock.freeze()
  const platformKey = (serialNo: string, privateKeyPem: string) => {
    const privateKey = createPrivateKey(privateKeyPem)
    return { serialNo, privateKey, publicKey: createPublicKey(privateKey) }
  }
  const { platform_certificate: certificate, wechatpay_public_key: publicKey } = keys
  const mock = new Mock({
    products: [payment, others],
    store: new MemoryStore(TABLES),
    clock,
    ids: createIds('vectors'),
    journal: new Journal(),
    merchants: vectorMerchants(),
    defaultMerchant: vectorMerchant,
    platform: {
      certificates: [
        {
          ...platformKey(certificate.serial_no, certificate.private_key_pem),
          certificate: certificate.cert_pem,
          from: 0,
          until: 0,
        },
      ],
      publicKey: { ...platformKey(publicKey.id, publicKey.private_key_pem), pem: publicKey.public_key_pem },
    },
    settings: DEFAULT_SETTINGS,
    sendCallback: () => Promise.reject(new Error('There is nothing to be sent here.')),
    allowCallbackHosts: [],
  })

  test.for([...vectors.requests_negative, ...vectors.requests_business_error])(
    'answers request $id as stated, and signs the answer only if that is stated',
    async (vector) => {
      clock.set(vector.clock * 1_000)
      const answer = await mock.handle(wireRequest(vector))

      const { status, code, message, detail, signed_response } = vector.expect
      expect(answer.status).toBe(status)
      expect(JSON.parse(Buffer.from(answer.body).toString('utf8'))).toEqual({
        code,
        message,
        ...(detail && { detail }),
      })
      const names = answer.headers.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith('wechatpay-'))
      // Our own, on 401 alone.
      const diagnosed = names.indexOf('wechatpay-mock-diagnosis')
      expect(diagnosed !== -1).toBe(status === 401)
      expect(names.toSpliced(diagnosed, diagnosed === -1 ? 0 : 1).length > 0).toBe(signed_response)
    },
  )
})

/** Keys of a client in the vectors: one platform certificate and the public key, not the rotated certificate. */
const held = new Map<string, KeyObject>([
  [keys.platform_certificate.serial_no, createPublicKey(keys.platform_certificate.cert_pem)],
  [keys.wechatpay_public_key.id, createPublicKey(keys.wechatpay_public_key.public_key_pem)],
])

type Verdict = 'accepted' | 'serial' | 'timestamp' | 'signature'

/** Checks an answer or a callback as a client does, and returns the first check that fails. */
function verdict(vector: ResponseVector | NotificationVector): Verdict {
  const clock = 'client_clock' in vector ? vector.client_clock : vector.receiver_clock
  const timestamp = headerOf(vector, 'Wechatpay-Timestamp')
  const key = held.get(headerOf(vector, 'Wechatpay-Serial'))
  if (!key) return 'serial'
  if (!isTimely(timestamp, clock * 1_000)) return 'timestamp'
  const message = responseMessage({
    timestamp,
    nonce: headerOf(vector, 'Wechatpay-Nonce'),
    body: Buffer.from(vector.body_utf8),
  })
  return verify(message, headerOf(vector, 'Wechatpay-Signature'), key) ? 'accepted' : 'signature'
}

const platformPrivateKeys = new Map([
  [keys.platform_certificate.serial_no, createPrivateKey(keys.platform_certificate.private_key_pem)],
  [keys.wechatpay_public_key.id, createPrivateKey(keys.wechatpay_public_key.private_key_pem)],
])

function platformPrivateKey(serialNo: string): KeyObject {
  const key = platformPrivateKeys.get(serialNo)
  if (!key) throw new Error(`No private key for ${serialNo}`)
  return key
}

test.for([...vectors.responses, ...vectors.notifications])(
  'answer or callback $id is accepted, and signing its message gives the same signature',
  async (vector) => {
    const message = responseMessage({
      timestamp: headerOf(vector, 'Wechatpay-Timestamp'),
      nonce: headerOf(vector, 'Wechatpay-Nonce'),
      body: Buffer.from(vector.body_utf8),
    })

    expect(verdict(vector)).toBe('accepted')
    expect(headerOf(vector, 'Wechatpay-Signature')).toBe(vector.signature)
    expect(message.toString('utf8')).toBe(vector.verify_message)
    expect(await sign(message, platformPrivateKey(headerOf(vector, 'Wechatpay-Serial')))).toBe(vector.signature)
  },
)

test.for(vectors.responses)('the headers of answer $id are written in the stated order and spelling', (vector) => {
  const written = responseHeaders({
    bodyLength: Buffer.byteLength(vector.body_utf8),
    requestId: headerOf(vector, 'Request-ID'),
    now: vector.client_clock * 1_000,
    signature: {
      nonce: headerOf(vector, 'Wechatpay-Nonce'),
      signature: vector.signature,
      timestamp: headerOf(vector, 'Wechatpay-Timestamp'),
      serialNo: headerOf(vector, 'Wechatpay-Serial'),
      signatureType: headerOf(vector, 'Wechatpay-Signature-Type'),
    },
  })

  // The vectors omit header fields that do not depend on the answer, such as Server and Connection.
  const stated = written.filter(([name]) => name in vector.headers || /^(wechatpay-|content-type$)/i.test(name))
  // Observed after the vectors: the live 204 has a type (corrections 7).
  const type = vector.status === 204 ? { 'Content-Type': 'application/json; charset=utf-8' } : {}
  expect(stated).toEqual(Object.entries({ ...type, ...vector.headers }))
})

const responseVerdicts: Readonly<Record<string, Verdict>> = {
  'body-reserialised': 'signature',
  'timestamp-changed': 'signature',
  'unknown-serial': 'serial',
  'wrong-key': 'signature',
  'too-old': 'timestamp',
  'probe-344': 'signature',
  'probe-malformed-base64': 'signature',
}

test.for(vectors.responses_negative)('forged or stale answer $id is rejected without an exception', (vector) => {
  expect(vector.client_must).toMatch(/^reject/)
  expect(verdict(vector)).toBe(responseVerdicts[vector.id])
})

test('probes are like the captured ones: one decodes to 256 bytes, the other makes a strict decoder throw', () => {
  const genuine = vectors.responses.find(({ id }) => id === 'ok-platform-certificate')?.signature ?? ''
  const captured = (wanted: string) =>
    vectors.responses_negative.find(({ id }) => id === wanted)?.headers['Wechatpay-Signature'] ?? ''

  expect(probeSignature(genuine)).toBe(captured('probe-344'))
  expect(Buffer.from(probeSignature(genuine), 'base64').toString('base64')).toBe(probeSignature(genuine))
  expect(atob(probeSignature(genuine))).toHaveLength(256)
  for (const probe of [probeSignature(genuine, 'malformed'), captured('probe-malformed-base64')]) {
    expect(probe).toMatch(/^WECHATPAY\/SIGNTEST\//)
    expect(probe).toHaveLength(355)
    expect(() => atob(probe)).toThrow()
    // One character more than whole units of four: java.util.Base64 says "Last unit does not have enough valid bits".
    expect(probe.replace(/=*$/, '').length % 4).toBe(1)
  }
})

/** The encrypted part of a callback. */
function resourceOf({ body_utf8 }: NotificationVector): Envelope {
  const { resource }: { resource: Envelope } = JSON.parse(body_utf8)
  return resource
}

test.for(vectors.notifications)('the resource of callback $id opens, and is reproduced by sealing', (vector) => {
  const resource = resourceOf(vector)
  const { algorithm, ciphertext, associated_data: associatedData, nonce } = resource

  expect(open(resource, constants.apiv3_key)).toEqual({ ok: true, plaintext: vector.resource_plaintext })
  expect(seal(vector.resource_plaintext, constants.apiv3_key, { nonce, associatedData })).toEqual({
    algorithm,
    ciphertext,
    associated_data: associatedData,
    nonce,
  })
})

/** Verdict of a receiver: the signature is wrong, or only the decryption fails. */
const notificationVerdicts: Readonly<Record<string, { signature: Verdict; opens: boolean }>> = {
  probe: { signature: 'signature', opens: true },
  'body-reserialised': { signature: 'signature', opens: true },
  'wrong-apiv3-key': { signature: 'accepted', opens: false },
  'wrong-associated-data': { signature: 'accepted', opens: false },
  'truncated-tag': { signature: 'accepted', opens: false },
}

test.for(vectors.notifications_negative)('callback $id is refused: $receiver_must', (vector) => {
  const opened = open(resourceOf(vector), vector.apiv3_key ?? constants.apiv3_key)

  expect({ signature: verdict(vector), opens: opened.ok }).toEqual(notificationVerdicts[vector.id])
  if (!opened.ok) expect(opened.reason).toBe('tag_mismatch')
  expect(vector.receiver_must === 'fail to decrypt').toBe(!opened.ok)
})

describe('certificates', () => {
  interface CertificateItem {
    readonly serial_no: string
    readonly effective_time: string
    readonly expire_time: string
    readonly encrypt_certificate: Envelope
  }
  const response = vectors.responses.find(({ id }) => id === vectors.certificates.response_id)
  const { data }: { data: readonly CertificateItem[] } = JSON.parse(response?.body_utf8 ?? '{"data":[]}')

  test('the answer lists exactly the certificates that are stated', () => {
    expect(data.map(({ serial_no }) => serial_no)).toEqual(
      vectors.certificates.decrypted.map(({ serial_no }) => serial_no),
    )
  })

  test.for(vectors.certificates.decrypted.map((stated, index) => ({ ...stated, index })))(
    'certificate $serial_no opens, carries its serial and is reproduced by sealing',
    ({ serial_no, pem, index }) => {
      const envelope = data[index]?.encrypt_certificate
      if (!envelope) throw new Error('The answer has too few certificates')

      expect(open(envelope, constants.apiv3_key)).toEqual({ ok: true, plaintext: pem })
      expect(new X509Certificate(pem).serialNumber).toBe(serial_no)
      expect(
        seal(pem, constants.apiv3_key, { nonce: envelope.nonce, associatedData: envelope.associated_data }),
      ).toEqual(envelope)
    },
  )

  test('the stated validity can be read', () => {
    for (const { effective_time, expire_time } of data) {
      expect(parseInstant(effective_time)).toBeLessThan(parseInstant(expire_time) ?? Number.NaN)
    }
  })

  test('a merchant with the public key only is told so as stated', () => {
    const { status, code } = vectors.certificates.not_found

    expect(downloadCertificates.errors.no_certificate).toMatchObject({ status, code })
  })
})

describe('sensitive fields', () => {
  const bySerial = new Map<string, KeyVectorName>([
    [keys.platform_certificate.serial_no, 'platform_certificate'],
    [keys.wechatpay_public_key.id, 'wechatpay_public_key'],
  ])
  type KeyVectorName = keyof typeof keys
  const privateKey = (name: KeyVectorName) => createPrivateKey(keys[name].private_key_pem)

  const valid = vectors.sensitive_fields.filter((vector) => vector.valid !== false)

  test.for(valid)('$id decrypts to its text, and a fresh ciphertext does too', (vector) => {
    const { plaintext, ciphertext, decrypt_with: name, request_header_wechatpay_serial: serial } = vector
    if (name === undefined) throw new Error('The vector names no key')

    expect(decryptField(ciphertext, privateKey(name))).toEqual({ ok: true, plaintext })
    expect(decryptField(encryptField(plaintext, createPublicKey(privateKey(name))), privateKey(name))).toEqual({
      ok: true,
      plaintext,
    })
    // Fields from the platform have no serial: they are encrypted for the merchant.
    if (serial === undefined) expect(name).toBe('merchant')
    else expect(bySerial.get(serial)).toBe(name)
  })

  test('under the wrong serial the key named there does not decrypt', () => {
    const wrong = vectors.sensitive_fields.filter((vector) => vector.valid === false)
    expect(wrong.map(({ id }) => id)).toEqual(['wrong-serial'])

    for (const { ciphertext, plaintext, expect: expected, request_header_wechatpay_serial: serial = '' } of wrong) {
      const named = bySerial.get(serial)
      if (named === undefined) throw new Error(`No key ${serial}`)
      expect(decryptField(ciphertext, privateKey(named))).toEqual({ ok: false, reason: 'wrong_key' })
      expect(decryptField(ciphertext, privateKey('platform_certificate'))).toEqual({ ok: true, plaintext })
      const { status, code, message } = sensitiveFieldError('wrong_key', '/body/user_name', 'PUB_KEY_ID_1')
      expect({ status, code, message }).toEqual(expected)
    }
  })
})

test.for(vectors.client_pay_signatures)('client signature $id is reproduced', async ({ message, signature }) => {
  expect(await sign(Buffer.from(message), merchantKey)).toBe(signature)
  expect(verify(Buffer.from(message), signature, vectorMerchant.publicKey)).toBe(true)
})
