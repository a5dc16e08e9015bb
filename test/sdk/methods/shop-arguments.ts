import { createHash } from 'node:crypto'
import type { Caller, Samples, Schema } from './samples.ts'

/** Inputs of a method beside samples. */
export interface Surroundings {
  readonly caller: Caller
  readonly apiV3Key: string
  /** Path of an existing file, which has {@link FILE} in it. */
  readonly file: string
}

/** Begins like an image. */
export const FILE = 'BM'

const HOST = 'https://api.mch.weixin.qq.com'
const NAME = 'logo.bmp'
const META = JSON.stringify({ filename: NAME, sha256: createHash('sha256').update(FILE).digest('hex') })
const IMAGES = `${HOST}/v3/merchant/media/upload`
const VIDEOS = `${HOST}/v3/merchant/media/video_upload`

type Arguments = readonly unknown[]

/** Values for parameters that the SDK only calls strings; `undefined` for a request. */
const OWN: Readonly<Record<string, (surroundings: Surroundings, samples: Samples) => Arguments>> = {
  'certificate.CertificateService.downloadCertificate(String, AeadCipher, Function)': () => [
    `${HOST}/v3/certificates`,
    '',
    '',
  ],
  'certificate.CertificateService.downloadCertificate(AeadCipher)': () => [''],
  'certificate.CertificateService.downloadCertificate(byte[])': ({ apiV3Key }) => [apiV3Key],
  'file.FileUploadService.uploadImage(String, String, String)': ({ file }) => [IMAGES, META, file],
  'file.FileUploadService.uploadImage(String, String, String, byte[])': () => [IMAGES, META, NAME, FILE],
  'file.FileUploadService.uploadVideo(String, String, String)': ({ file }) => [VIDEOS, META, file],
  'file.FileUploadService.uploadVideo(String, String, String, byte[])': () => [VIDEOS, META, NAME, FILE],
  'marketingbankpackages.MarketingBankPackagesServiceExtension.uploadPackage(String, String, String, ArrayList)': (
    _,
    samples,
  ) => [samples.text('package_id'), 'CMB', NAME, [FILE]],
  'marketingbankpackages.MarketingBankPackagesServiceExtension.uploadPackageByFile(String, String, String)': (
    { file },
    samples,
  ) => [samples.text('package_id'), 'CMB', file],
  'partnerpayments.app.AppServiceExtension.prepayWithRequestPayment(PrepayRequest, String)': (_, samples) => [
    undefined,
    samples.text('appid'),
  ],
  'partnerpayments.jsapi.JsapiServiceExtension.prepayWithRequestPayment(PrepayRequest, String)': (_, samples) => [
    undefined,
    samples.text('appid'),
  ],
  'partnerpayments/jsapi.JsapiApiService.PrepayWithRequestPayment': (_, samples) => [undefined, samples.text('appid')],
  'fileuploader.ImageUploader.Upload': () => [FILE, NAME, 'image/bmp'],
  'fileuploader.MarketingImageUploader.Upload': () => [FILE, NAME, 'image/bmp'],
  'fileuploader.MchBizUploader.Upload': () => [FILE, NAME, 'image/bmp'],
  'fileuploader.VideoUploader.Upload': () => [FILE, NAME, 'video/mp4'],
}

/** The merchant that takes a share of an order, and gives it back. */
export const SHARES_TAKER = '1900000109'

/** Members that override the sample, by method: members that exclude each other, and values of that call alone. */
const INSTEAD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  create: { sub_mchid: undefined, amount: { from: undefined } },
  createAfterSalesOrder: { type: 'SERVICE_FEE_INCOME', scene: 'REFUND_TICKET' },
  createCouponStock: {
    stock_use_rule: { max_coupons_per_user: 60 },
    coupon_use_rule: { limit_card: { bin: ['621483'] } },
  },
  createOrder: { receivers: { account: SHARES_TAKER }, unfreeze_unsplit: false },
  createRefund: { amount: { from: undefined }, funds_account: 'AVAILABLE' },
  createReturnOrder: { order_id: undefined, return_mchid: SHARES_TAKER },
  createBusifavorStock: { coupon_use_rule: { discount_coupon: undefined, exchange_coupon: undefined } },
  getAllSubMchFundFlowBill: { account_type: 'ALL' },
  getTradeBill: { sub_mchid: undefined },
  listStocks: { status: 'running' },
  queryByOutRefundNo: { sub_mchid: undefined },
  unfreezeOrder: { out_order_no: 'UNFREEZES1' },
  modifyBudget: { target_max_coupons_by_day: undefined, current_max_coupons_by_day: undefined },
}

/** The arguments of a method. */
export function argumentsOf(
  method: string,
  parameters: readonly Schema[],
  surroundings: Surroundings,
  samples: Samples,
): Arguments {
  const own = OWN[method]?.(surroundings, samples)
  const [, name = ''] = /\.(\w+)(?:\(.*)?$/.exec(method) ?? []
  const instead = INSTEAD[name.charAt(0).toLowerCase() + name.slice(1)] ?? {}
  return parameters.map((parameter, i) => {
    const given = own?.[i]
    if (given !== undefined) return given
    if (parameter.type !== 'object') throw new Error(`Nobody says what parameter ${i} of ${method} is`)
    return samples.of(parameter, '', instead)
  })
}
