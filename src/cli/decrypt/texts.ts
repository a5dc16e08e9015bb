const en = {
  description:
    'Opens what is encrypted with the APIv3 key: the resource of a callback, or the certificates of a GET /v3/certificates answer.',
  file: 'JSON of an envelope, a callback or a certificate list; standard input if left out',
  apiV3Key: 'APIv3 key, 32 characters; the well-known one if left out',
  after: `wechatpay-mock decrypt callback.json
curl -s … /v3/certificates … | wechatpay-mock decrypt > platform.pem`,
  nothingSealed: (name: string): string =>
    `${name} has nothing encrypted in it: give an envelope (algorithm, nonce, ciphertext), a callback or a certificate list`,
  certificate: (serial: string, from: string | undefined, until: string | undefined): string =>
    `${serial}${from && until ? `, valid from ${from} until ${until}` : ''}`,
}

const zh: typeof en = {
  description: '解密用 APIv3密钥加密的内容：回调中的 resource，或 GET /v3/certificates 应答中的平台证书。',
  file: '密文对象、回调或证书列表的 JSON；不写则读标准输入',
  apiV3Key: 'APIv3密钥，32 个字符；不写则用内置商户的',
  after: `wechatpay-mock decrypt callback.json
curl -s … /v3/certificates … | wechatpay-mock decrypt > platform.pem`,
  nothingSealed: (name) => `${name} 中没有加密的内容，请给出密文对象（algorithm、nonce、ciphertext）、回调或证书列表`,
  certificate: (serial, from, until) => `${serial}${from && until ? `，有效期 ${from} 至 ${until}` : ''}`,
}

/** Texts of `decrypt`. */
export const texts = { en, zh }
