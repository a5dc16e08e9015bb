import { execFile } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { describe } from 'vitest'
import { Aes, Multipart, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { expect, test, type WechatPay } from '../../src/testing/index.ts'
import { formatInstant } from '../../src/wire/protocol/instant.ts'
import { type PassingAnswer, tamperingProxy } from './tampering-proxy.ts'

const COUPON = ['100088', 'sxxe34343434'] as const
const ORDER = 'MCH_102233445'
const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: ORDER,
  out_request_no: '1002600620019090123143254435',
}

/** The SDK as a shop sets it up; at most `baseURL` differs. */
const sdk = ({ credentials }: WechatPay, changes: { baseURL?: string; certs?: Record<string, string> } = {}) => {
  const [certificate] = credentials.platform_certificates
  const { platform_public_key: publicKey } = credentials
  return new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: {
      ...(certificate && { [certificate.serial_no]: certificate.certificate }),
      ...(publicKey && { [publicKey.id]: publicKey.public_key }),
    },
    ...changes,
  })
}

type Call = Promise<{ readonly status: number; readonly data: unknown }>

/** Missing from the SDK's types: every path is also a function that posts. */
type Callable = Wechatpay & ((data: object) => Call)

const needed = <Value>(value: Value | undefined | null): Value => {
  if (value === undefined || value === null) throw new Error('That is needed here')
  return value
}

/** The SDK's notations for one call. */
const WAYS: Record<string, (wxpay: Wechatpay) => Call> = {
  'a property chain': (wxpay) => needed(wxpay.v3?.marketing?.busifavor?.coupons?.associate).post(ASSOCIATE),
  'a property chain called at its end': (wxpay) =>
    (needed(wxpay.v3?.marketing?.busifavor?.coupons?.associate) as Callable)(ASSOCIATE),
  'chain()': (wxpay) => wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE),
  'chain() in pieces': (wxpay) =>
    wxpay.chain('v3/marketing').chain('busifavor/coupons').chain('associate').post(ASSOCIATE),
  'index access': (wxpay) => needed(wxpay['v3/marketing/busifavor/coupons/associate']).post(ASSOCIATE),
  'index access in pieces': (wxpay) => needed(wxpay['v3/marketing']?.['busifavor/coupons']?.associate).post(ASSOCIATE),
}

interface AxiosFailure extends Error {
  readonly isAxiosError: true
  readonly code?: string
  readonly response?: { readonly status: number; readonly data: unknown }
}

/** Error with which a call fails; a call that succeeds is a bug of the test. */
const failure = async (call: Promise<unknown>): Promise<AxiosFailure> => {
  const reason = await call.then(
    () => new Error('The call was to fail'),
    (thrown: unknown) => thrown,
  )
  if (reason instanceof Error && 'isAxiosError' in reason) return reason as AxiosFailure
  throw reason
}

describe('wechatpay-axios-plugin over http, with another baseURL', () => {
  test.override('wechatpayOptions', { intercept: false })

  test.for(Object.entries(WAYS))('links a coupon by %s', async ([, call], { wechatpay }) => {
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

    const { status, data } = await call(wxpay)

    expect(status).toBe(200)
    expect(data).toEqual({ wechatpay_associate_time: expect.stringMatching(/^\d{4}-.*\+08:00$/) })
    await expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith(ORDER)
  })

  test('takes no other key for the certificate', async ({ wechatpay }) => {
    const { credentials } = wechatpay
    const serial = needed(credentials.platform_certificates[0]).serial_no
    // The merchant's own certificate under the platform's serial.
    const wxpay = sdk(wechatpay, {
      baseURL: await wechatpay.url(),
      certs: { [serial]: credentials.merchant_certificate },
    })

    expect(await failure(wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE))).toMatchObject({
      code: 'EV3_RES_HEADER_SIGNATURE_DIGEST',
    })
  })

  test('is answered with the public key when Wechatpay-Serial asks for it', async ({ wechatpay }) => {
    const { id, public_key } = needed(wechatpay.credentials.platform_public_key)
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url(), certs: { [id]: public_key } })

    const { status, headers } = await wxpay
      .chain('v3/marketing/busifavor/coupons/associate')
      .post(ASSOCIATE, { headers: { 'Wechatpay-Serial': id } })

    expect(status).toBe(200)
    expect(headers['wechatpay-serial']).toBe(id)
  })

  describe('as a merchant with the public key only', () => {
    test.override('wechatpayOptions', { intercept: false, keyMode: 'public-key' })

    test('needs no Wechatpay-Serial', async ({ wechatpay }) => {
      const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

      const { headers } = await wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE)

      expect(headers['wechatpay-serial']).toMatch(/^PUB_KEY_ID_/)
    })
  })

  describe('as a merchant with the certificate only', () => {
    test.override('wechatpayOptions', { intercept: false, keyMode: 'certificate' })

    test('is answered with the certificate', async ({ wechatpay }) => {
      const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

      const { headers } = await wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE)

      expect(headers['wechatpay-serial']).toBe(wechatpay.credentials.platform_certificates[0]?.serial_no)
    })
  })

  test('hands a refusal to its caller', async ({ wechatpay }) => {
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

    const error = await failure(
      wxpay.chain('v3/marketing/busifavor/coupons/associate').post({ ...ASSOCIATE, coupon_code: 'COUPON_USED' }),
    )

    expect(error.response?.status).toBe(400)
    expect(error.response?.data).toEqual({ code: 'INVALID_REQUEST', message: '券状态非可用态' })
    await expect(error).toBeWechatPayError('INVALID_REQUEST', '券状态非可用态')
  })

  test('hands a refused signature to its caller', async ({ wechatpay }) => {
    const wxpay = new Wechatpay({
      mchid: wechatpay.credentials.mchid,
      serial: '0'.repeat(40),
      privateKey: wechatpay.credentials.merchant_private_key,
      certs: { any: wechatpay.credentials.merchant_certificate },
      baseURL: await wechatpay.url(),
    })

    await expect(wxpay.chain('v3/certificates').get()).toBeWechatPayError('SIGN_ERROR')
  })

  test('reads the link back, variables in the path and all', async ({ wechatpay }) => {
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })
    await wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE)

    const { data } = await wxpay
      .chain('v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}')
      .get({ openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', coupon_code: 'sxxe34343434', appid: 'wx233544546545989' })

    expect(data).toMatchObject({ coupon_state: 'SENDED', associate_out_trade_no: ORDER })
  })

  test('downloads the certificates and opens them', async ({ wechatpay }) => {
    const { credentials } = wechatpay
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

    const { data } = await wxpay.chain('v3/certificates').get()

    const { encrypt_certificate: sealed } = data.data[0]
    const pem = Aes.AesGcm.decrypt(sealed.ciphertext, credentials.api_v3_key, sealed.nonce, sealed.associated_data)
    const ours = needed(credentials.platform_certificates[0])
    expect(new X509Certificate(pem).raw).toEqual(new X509Certificate(ours.certificate).raw)
  })

  test.for(['logo.png', '商家券.png'])(
    'uploads an image called %s with its own multipart helper',
    async (filename, { wechatpay }) => {
      const image = Buffer.concat([Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), Buffer.from('image')])
      const meta = { filename, sha256: createHash('sha256').update(image).digest('hex') }
      const form = new Multipart().append('meta', JSON.stringify(meta)).append('file', image, filename)
      const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

      const { status, data } = await wxpay
        .chain('v3/marketing/favor/media/image-upload')
        .post(form, { meta, headers: { 'Content-Type': 'multipart/form-data', ...form.getHeaders() } })

      expect(status).toBe(200)
      expect(data).toEqual({ media_url: expect.stringMatching(/^https:\/\/wxpaylogo\.qpic\.cn\//) })
    },
  )

  test('downloads a packed bill past its verifier', async ({ wechatpay }) => {
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })
    // Its bill is there at any time of the day.
    const bill_date = formatInstant(wechatpay.mock.clock.now() - 2 * 86_400_000).slice(0, 10)
    await wechatpay.control.addOrder({ success_time: `${bill_date}T12:00:00+08:00` })

    const { data } = await wxpay.chain('v3/bill/tradebill').get({ params: { bill_date, tar_type: 'GZIP' } })
    const { pathname, search } = new URL(data.download_url)
    const bill = await wxpay.client.v3.get(pathname + search, { responseType: 'arraybuffer', transformResponse: [] })

    expect(createHash('sha1').update(gunzipSync(bill.data)).digest('hex')).toBe(data.hash_value)
  })

  test('tries out the security echo with a field that it encrypts', async ({ wechatpay }) => {
    const { id, public_key } = needed(wechatpay.credentials.platform_public_key)
    const wxpay = sdk(wechatpay, { baseURL: await wechatpay.url() })

    const { data } = await wxpay
      .chain('v3/security/echo')
      .post(
        { echo_message: 'hello', encrypted_echo_message: Rsa.encrypt('微信支付', public_key) },
        { headers: { 'Wechatpay-Serial': id } },
      )

    expect(data.echo_message).toBe('hello')
    expect(Rsa.decrypt(data.encrypted_echo_message, wechatpay.credentials.merchant_private_key)).toBe('微信支付')
  })

  describe('behind a man in the middle', () => {
    test.for<[string, (answer: PassingAnswer) => void, string | undefined]>([
      ['who changes nothing', () => {}, undefined],
      [
        'who changes the body',
        (answer) => {
          answer.body = answer.body.replace('+08:00', '+09:00')
        },
        'EV3_RES_HEADER_SIGNATURE_DIGEST',
      ],
      [
        'who changes the nonce',
        ({ headers }) => {
          headers['wechatpay-nonce'] = '0'.repeat(32)
        },
        'EV3_RES_HEADER_SIGNATURE_DIGEST',
      ],
      [
        'who changes the timestamp',
        ({ headers }) => {
          headers['wechatpay-timestamp'] = String(Number(headers['wechatpay-timestamp']) - 301)
        },
        'EV3_RES_HEADER_TIMESTAMP_OFFSET',
      ],
      [
        'who names another key',
        ({ headers }) => {
          headers['wechatpay-serial'] = '0'.repeat(40)
        },
        'EV3_RES_HEADER_PLATFORM_SERIAL',
      ],
      [
        'who drops the signature',
        ({ headers }) => {
          delete headers['wechatpay-signature']
        },
        'EV3_RES_HEADERS_INCOMPLATE',
      ],
    ])('%s', async ([, tamper, code], { wechatpay }) => {
      const proxy = await tamperingProxy(await wechatpay.url(), tamper)
      const wxpay = sdk(wechatpay, { baseURL: proxy.url })

      const call = wxpay.chain('v3/marketing/busifavor/coupons/associate').post(ASSOCIATE)
      const outcome = code === undefined ? (await call).status : (await failure(call)).code

      await proxy.close()
      expect(outcome).toBe(code ?? 200)
    })
  })
})

describe('wechatpay-axios-plugin as it is, through msw', () => {
  test.for(Object.entries(WAYS))('links a coupon by %s', async ([, call], { wechatpay }) => {
    const { status } = await call(sdk(wechatpay))

    expect(status).toBe(200)
    await expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith(ORDER)
  })

  test('hands a refusal to its caller', async ({ wechatpay }) => {
    const call = sdk(wechatpay)
      .chain('v3/marketing/busifavor/coupons/associate')
      .post({ ...ASSOCIATE, coupon_code: 'NONE' })

    await expect(call).toBeWechatPayError('INVALID_REQUEST', '券不存在')
  })
})

describe("wechatpay-axios-plugin's command line", () => {
  test.override('wechatpayOptions', { intercept: false })
  const { resolve } = createRequire(import.meta.url)
  const runOf =
    (version: 'wechatpay-axios-plugin' | 'wechatpay-axios-plugin-0.8') =>
    (...args: string[]) =>
      promisify(execFile)(process.execPath, [resolve(`${version}/bin/cli.js`), ...args])
  const run = runOf('wechatpay-axios-plugin')

  const folderFor = async (onTestFinished: (work: () => Promise<void>) => void) => {
    const folder = await mkdtemp(join(tmpdir(), 'wechatpay-mock-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    return folder
  }

  /** Arguments for the certificate downloader, which saves into the folder. */
  const downloadInto = async (folder: string, { credentials, url }: WechatPay): Promise<string[]> => {
    const keyFile = join(folder, 'apiclient_key.pem')
    await writeFile(keyFile, credentials.merchant_private_key, { mode: 0o600 })
    return [
      ...['crt', '--baseURL', await url(), '--mchid', credentials.mchid],
      ...['--serialno', credentials.merchant_serial_no, '--privatekey', keyFile],
      ...['--key', credentials.api_v3_key, '--output', folder],
    ]
  }

  test('downloads our certificate, verifies the answer with it and saves it (version 0.8.14)', async ({
    wechatpay,
    onTestFinished,
  }) => {
    const folder = await folderFor(onTestFinished)

    await runOf('wechatpay-axios-plugin-0.8')(...(await downloadInto(folder, wechatpay)))

    const ours = needed(wechatpay.credentials.platform_certificates[0])
    const saved = await readFile(join(folder, `wechatpay_${ours.serial_no}.pem`))
    expect(new X509Certificate(saved).raw).toEqual(new X509Certificate(ours.certificate).raw)
  })

  test.for([
    ['announced', 'PT0S', 2],
    ['changing', 'P1D', 2],
    ['changed', 'P2D', 1],
  ] as const)(
    'downloads what is listed while the certificate is %s (version 0.8.14)',
    async ([, passed, count], { wechatpay, onTestFinished }) => {
      const { control, mock } = wechatpay
      const now = mock.clock.now()
      // Start the rotation in the past, since the SDK's own clock cannot be moved.
      await control.advance(`-${passed}`)
      const { certificates } = await control.rotatePlatformCertificate()
      await control.setClock({ now: new Date(now) })
      const folder = await folderFor(onTestFinished)

      await runOf('wechatpay-axios-plugin-0.8')(...(await downloadInto(folder, wechatpay)))

      const listed = certificates.slice(-count).map(({ serial_no }) => `wechatpay_${serial_no}.pem`)
      const saved = (await readdir(folder)).filter((name) => name.startsWith('wechatpay_'))
      expect(saved.toSorted()).toEqual(listed.toSorted())
    },
  )

  test('is given our certificate (version 0.9.6)', async ({ wechatpay, onTestFinished }) => {
    const { credentials } = wechatpay
    const folder = await folderFor(onTestFinished)

    const { stderr } = await run(...(await downloadInto(folder, wechatpay)))

    // Version 0.9.6 never saves a certificate: it verifies with a copy of the key map into which it puts the downloaded key, and prints the answer as
    // a failure. The printed answer is the one that it got.
    const [, data = ''] = /^ {2}data: '(.*)',$/m.exec(stderr) ?? []
    const { serial_no, encrypt_certificate: sealed } = JSON.parse(data).data[0]
    const pem = Aes.AesGcm.decrypt(sealed.ciphertext, credentials.api_v3_key, sealed.nonce, sealed.associated_data)
    const ours = needed(credentials.platform_certificates[0])
    expect(serial_no).toBe(ours.serial_no)
    expect(new X509Certificate(pem).raw).toEqual(new X509Certificate(ours.certificate).raw)
    expect(await readdir(folder)).toEqual(['apiclient_key.pem'])
  })

  test('links a coupon', async ({ wechatpay, onTestFinished }) => {
    const { credentials, control } = wechatpay
    const folder = await folderFor(onTestFinished)
    const platform = needed(credentials.platform_certificates[0])
    const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'platform.pem') }
    await writeFile(files.key, credentials.merchant_private_key, { mode: 0o600 })
    await writeFile(files.certificate, platform.certificate)
    // The command line parses values that look like numbers as numbers, but the fields are strings.
    await control.addCoupon({ stock_id: 'BATCH', coupon_code: 'CODE' })

    const { stdout } = await run(
      ...['v3.marketing.busifavor.coupons.associate', '--baseURL', await wechatpay.url()],
      ...[`--c.mchid=${credentials.mchid}`, `--c.serial=${credentials.merchant_serial_no}`],
      ...[`--c.privateKey=${files.key}`, `--c.certs.${platform.serial_no}=${files.certificate}`],
      ...['--d.stock_id=BATCH', '--d.coupon_code=CODE', '--d.out_trade_no=MCH_1', '--d.out_request_no=R-1'],
    )

    expect(stdout).toContain('wechatpay_associate_time')
    await expect(wechatpay.coupon('BATCH', 'CODE')).toBeAssociatedWith('MCH_1')
  })
})
