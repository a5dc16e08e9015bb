import { productsOf } from './products.ts'
import { type Sdk, STEPS } from './sdk.ts'
import { go, JVM_PROXY, java, node, php, python, rust, SHORT_LIVED_MAVEN } from './tool-chains.ts'

/** Packages of Java's own HTTP client that IJPay reaches into, since it has no PATCH. */
const OPENED = ['java.net', 'sun.net.www.protocol.https']

const wechatpayv3 = {
  transfers: 'calls of its own; receipts are downloaded, and authorizations handled, by its core',
  told: { 'base URL': '`_core._gate_way`, with `cert_dir`', proxy: '`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`' },
  rejection: /failed to verify the signature/,
  inabilities: [],
  remarks: ['It has no base URL option; the attribute is private.'],
} satisfies Partial<Sdk>

const wxJava = {
  told: { 'base URL': '`setApiV3HttpClient` with `setRoutePlanner`, `setVerifier`', proxy: JVM_PROXY },
  rejection: /应答的微信支付签名验证失败/,
  hidesStatus: true,
  inabilities: [
    {
      steps: ['query'],
      reason: 'its model of a coupon has no `associate_out_trade_no`',
      instead: 'answer',
    },
    {
      steps: ['stock'],
      reason: 'its model has 32 bits for the worth of the coupons that were handed out',
      instead: /NumberFormatException: Expected an int/,
    },
  ],
  remarks: [
    'This is WxJava.',
    'With `setPayBaseUrl` it signs nothing, unless the host ends with `.mch.weixin.qq.com`.',
    'It does not read `-Dhttps.proxyHost` by itself: the program hands it on with `setHttpProxyHost`, as a shop behind any proxy does.',
  ],
} satisfies Partial<Sdk>

const listed: readonly Sdk[] = [
  {
    ...node('wechatpay-axios-plugin'),
    told: { 'base URL': '`baseURL`', proxy: '`HTTPS_PROXY`, `NODE_EXTRA_CA_CERTS`' },
    behindProxy: ({ url, trust }) => ({ env: { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: trust.certificate } }),
    rejection: /^EV3_RES_HEADER_SIGNATURE_DIGEST/,
    inabilities: [],
    transfers: 'the paths that it makes of names',
    remarks: [
      'It takes the keys of answers from its caller; what it downloads it decrypts, with its own helpers.',
      'It passes files over unverified by their path, of which its list has another one for receipts: the program takes its verifier out, with `transformResponse`.',
    ],
  },
  {
    ...node('wechatpay-node-v3'),
    told: {
      'base URL': '`createHttp`',
      proxy: '`NODE_OPTIONS` as `wechatpay-mock run` sets it, `NODE_EXTRA_CA_CERTS`',
    },
    behindProxy: ({ trust, nodeOptions }) => ({
      env: { NODE_OPTIONS: nodeOptions, NODE_EXTRA_CA_CERTS: trust.certificate },
    }),
    transfers: 'what its own calls are made with, with `publicEncrypt` and `privateDecrypt`',
    rejection: /./,
    inabilities: [
      {
        steps: ['patch'],
        reason: 'its HTTP client has no PATCH',
        instead: /patch is not a function/,
      },
      {
        steps: ['receipt'],
        reason: 'its HTTP client keeps text and JSON only: of a file it hands on nothing',
        instead: /Received an instance of Object/,
      },
      {
        steps: ['tampered'],
        reason: 'it never verifies an answer: what was changed on the way is taken for genuine',
        instead: 'answer',
      },
      {
        steps: ['callback', 'paid', 'told'],
        keys: ['public-key'],
        reason: 'it verifies callbacks with certificates only, which it downloads, and such a merchant has none',
        instead: /^拉取平台证书失败$/,
      },
      {
        steps: ['certificates'],
        keys: ['public-key'],
        reason: 'it says that the download failed, and nothing of the error answer that it was given',
        instead: /^拉取平台证书失败$/,
      },
    ],
    remarks: [
      'Its HTTP client looks at no proxy, whatever `HTTPS_PROXY` and `NODE_USE_ENV_PROXY` say.',
      'It decrypts what it downloads, and does not verify the answer that it came in.',
      'It has no calls of coupons and of these transfers: the program makes them as its own calls are made.',
    ],
  },
  {
    ...java('wechatpay-java', { more: ['Members', 'Methods'] }),
    told: { 'base URL': '`okHttpClient` with an interceptor, `httpClientBuilder`', proxy: JVM_PROXY },
    rejection: /^com\.wechat\.pay\.java\.core\.exception\.ValidationException/,
    inabilities: [],
    transfers: 'its `HttpClient`, `PrivacyEncryptor` and `PrivacyDecryptor`',
    remarks: [
      'Its model knows no `SUCCESS` as the status of a subsidy, as the page has it (`couponModels=page`): `getStatus()` is null then.',
    ],
  },
  {
    ...java('wechatpay-apache-httpclient'),
    told: { 'base URL': '`setRoutePlanner`', proxy: JVM_PROXY },
    rejection: /应答的微信支付签名验证失败/,
    inabilities: [],
    remarks: [
      'It does not read `-Dhttps.proxyHost` by itself: the program hands it on with `withProxy` and `CertificatesManager.setProxy`, as a shop behind any proxy does.',
      'By `setRoutePlanner` it is given the platform certificate: `CertificatesManager` downloads from the host that is fixed in it, or through a proxy.',
    ],
  },
  {
    ...java('weixin-java-pay'),
    ...wxJava,
    inabilities: [
      ...wxJava.inabilities,
      {
        steps: ['associate', 'disassociate', 'use', 'error', 'tampered'],
        keys: ['public-key'],
        reason: 'it names the public key by its id without `PUB_KEY_ID_` in `Wechatpay-Serial`, and is refused',
        instead: 'refused',
      },
    ],
    remarks: [...wxJava.remarks, 'It is the newest that is no preview.'],
  },
  {
    ...java('weixin-java-pay-preview', { name: 'weixin-java-pay', extension: 'TransferringShop' }),
    ...wxJava,
    remarks: [
      ...wxJava.remarks,
      'Its `getUserAuthorizationStatus` and what it has of reservations call addresses that the documents for merchants do not have.',
    ],
    transfers: 'calls of its own; receipts and authorizations by `postV3WithWechatpaySerial`, `getV3` and `downloadV3`',
    inabilities: [
      ...wxJava.inabilities,
      {
        steps: ['patch'],
        reason: 'it sends a PATCH without `Accept`, since 4.7.5, and is refused',
        instead: 'refused',
      },
    ],
  },
  {
    ...java('IJPay-WxPay'),
    told: { 'base URL': '`urlPrefix` of each call', proxy: JVM_PROXY },
    rejection: /the signature of the answer does not verify/,
    inabilities: [],
    env: {
      ...SHORT_LIVED_MAVEN,
      JDK_JAVA_OPTIONS: OPENED.map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`).join(' '),
    },
    remarks: [
      'It has a helper that verifies an answer, which the program calls, and takes the keys from its caller.',
      `Since Java 16 its PATCH needs \`--add-opens=java.base/…=ALL-UNNAMED\` for ${OPENED.map((name) => `\`${name}\``).join(' and ')}.`,
    ],
  },
  {
    ...java('payment-spring-boot-starter'),
    told: { proxy: JVM_PROXY },
    rejection: /wechat pay signature verify failed/,
    inabilities: [
      {
        steps: STEPS,
        keys: ['public-key'],
        reason: 'it cannot do without certificates, which it downloads when it starts, and such a merchant has none',
        instead: /./,
      },
    ],
    remarks: [
      'It has no base URL, and no HTTP client of its caller.',
      'It verifies the JSON that it made of an answer, and not the bytes that came: they have to be the same.',
    ],
  },
  {
    ...go('wechatpay-go', 'wechatpay-apiv3/wechatpay-go', {
      sources: ['main.go', 'methods.go', 'transfers.go'],
      generator: 'registry',
    }),
    told: {
      'base URL': '`option.WithHTTPClient` with a `RoundTripper`, `RegisterDownloaderWithClient`',
      proxy: '`HTTPS_PROXY`, `SSL_CERT_FILE`',
    },
    rejection: /validate verify fail/,
    inabilities: [],
    transfers: 'its `core.Client`, with `EncryptRequest`',
  },
  {
    ...go('gopay', 'go-pay/gopay'),
    told: { 'base URL': '`SetProxyHost`', proxy: '`HTTPS_PROXY`, `SSL_CERT_FILE`' },
    rejection: /verify signature error/,
    transfers: 'calls of its own',
    inabilities: [
      {
        steps: ['authorized'],
        reason: 'it has no call that transfers with an authorization, and nothing to make one with',
        instead: /no step authorized/,
      },
      {
        steps: ['query'],
        reason: 'its model of a coupon has no `associate_out_trade_no`',
        instead: 'answer',
      },
      {
        steps: ['callback'],
        reason: 'its model has an object for `attach_info`, which is an empty text where there is nothing to tell',
        instead: /cannot unmarshal string into .*attach_info/,
      },
    ],
  },
  { ...python('wechatpayv3'), ...wechatpayv3 },
  { ...python('wechatpayv3-1', 'wechatpayv3'), ...wechatpayv3 },
  {
    ...rust('wechat-pay-rust-sdk'),
    told: { 'base URL': '`base_url`', proxy: '`HTTPS_PROXY`, `SSL_CERT_FILE`' },
    rejection: /./,
    hidesStatus: true,
    inabilities: [
      {
        steps: ['associate', 'disassociate', 'use', 'patch', 'close', 'error'],
        reason: 'it adds `appid`, `mchid` and `notify_url` to the body of every call, which these calls do not have',
        instead: 'refused',
      },
      {
        steps: ['tampered'],
        reason: 'it never verifies an answer: what was changed on the way is taken for genuine',
        instead: 'refused',
      },
      {
        steps: ['certificates'],
        keys: ['public-key'],
        reason: 'it has no place for an error answer, and says that there are none',
        instead: 'answer',
      },
    ],
    remarks: [
      'Of the calls that are tried here it has `refunds` and `certificates`; the program makes the others with `pay` and `get_pay`.',
    ],
  },
  {
    ...php('wechatpay-php', 'wechatpay/wechatpay'),
    told: { 'base URL': '`base_uri`', proxy: '`HTTPS_PROXY`, `php -d curl.cainfo=…`' },
    rejection: /Verify the response's data with: .* failed/,
    inabilities: [],
    transfers: 'the paths that it makes of names',
    remarks: [
      'The package is `wechatpay/wechatpay`. `examples/php` makes the call in the six ways in which the SDK writes it.',
    ],
  },
  {
    ...php('easywechat', 'w7corp/easywechat'),
    told: { 'base URL': '`http` with `base_uri`', proxy: '`HTTPS_PROXY`, `php -d curl.cainfo=…`' },
    rejection: /Invalid Signature/,
    inabilities: [],
    remarks: [
      'It verifies answers and callbacks with `getValidator()`, which its caller has to ask: its `Server` only decrypts.',
      'Its `ResponseValidator` takes every status but 200 for a failure, 204 too.',
    ],
  },
]

export const sdks = listed.map((sdk): Sdk => ({ ...sdk, products: productsOf(sdk.id) }))

/** @throws Error if no SDK has that id */
export function sdkNamed(id: string): Sdk {
  const sdk = sdks.find((one) => one.id === id)
  if (!sdk) throw new Error(`No SDK ${id}`)
  return sdk
}
