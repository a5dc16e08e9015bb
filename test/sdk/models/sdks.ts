import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Command, Sdk } from '../matrix/sdk.ts'
import { sdks } from '../matrix/sdks.ts'
import { classPathOf, folderOf, SHORT_LIVED } from '../matrix/tool-chains.ts'
import { type ModelCall, modelCalls } from './compare.ts'

/** An SDK of the vendor, and the command that reads its models. It is installed as for the matrix of SDKs. */
export interface ModelledSdk {
  readonly sdk: Sdk
  readonly name: SdkName
  /** Runs in the folder of the matrix's program, where the version is pinned. */
  readonly command: Command
}

export type SdkName = 'wechatpay-java' | 'wechatpay-go'

const program = (file: string): string => fileURLToPath(new URL(`programs/${file}`, import.meta.url))

function sdkNamed(name: SdkName): Sdk {
  const sdk = sdks.find((one) => one.name === name)
  if (!sdk) throw new Error(`The matrix has no ${name}`)
  return sdk
}

const java = (name: string): string => `com.wechat.pay.java.service.${name}`
const go = (name: string): string => `github.com/wechatpay-apiv3/wechatpay-go/services/${name}`

/** Not exposed by any method of a service: the SDKs decrypt it, or are told where to send it. */
const REFUND_WEBHOOKS = ['webhook refundSuccess', 'webhook refundAbnormal', 'webhook refundClosed']
const UPLOAD = 'POST /v3/marketing/favor/media/image-upload'

export const modelledSdks: readonly ModelledSdk[] = [
  {
    name: 'wechatpay-java',
    sdk: sdkNamed('wechatpay-java'),
    command: [
      'java',
      ...SHORT_LIVED,
      '-cp',
      classPathOf('wechatpay-java'),
      program('Models.java'),
      java('merchantexclusivecoupon.MerchantExclusiveCouponService'),
      java('payments.jsapi.JsapiService'),
      java('payments.nativepay.NativePayService'),
      java('payments.app.AppService'),
      java('payments.h5.H5Service'),
      java('refund.RefundService'),
      java('ecommercerefund.EcommerceRefundService'),
      java('partnerpayments.jsapi.JsapiService'),
      java('partnerpayments.nativepay.NativePayService'),
      java('partnerpayments.app.AppService'),
      java('partnerpayments.h5.H5Service'),
      java('profitsharing.ProfitsharingService'),
      java('billdownload.BillDownloadService'),
      `GET /v3/certificates=${java('certificate.model.DownloadCertificateResponse')}`,
      `${UPLOAD}=${java('file.model.FileUploadResponse')}`,
      `webhook transactionSuccess=${java('payments.model.Transaction')}`,
      `webhook partnerTransactionSuccess=${java('partnerpayments.jsapi.model.Transaction')}`,
      ...REFUND_WEBHOOKS.map((webhook) => `${webhook}=${java('refund.model.RefundNotification')}`),
    ],
  },
  {
    name: 'wechatpay-go',
    sdk: sdkNamed('wechatpay-go'),
    command: [
      'go',
      'run',
      program('models.go'),
      go('merchantexclusivecoupon'),
      go('payments/jsapi'),
      go('payments/native'),
      go('payments/app'),
      go('payments/h5'),
      go('refunddomestic'),
      go('partnerpayments/jsapi'),
      go('partnerpayments/native'),
      go('partnerpayments/app'),
      go('partnerpayments/h5'),
      go('profitsharing'),
      go('certificates'),
      `${UPLOAD}=${go('fileuploader.MarketingImageUploadResponse')}`,
      `webhook transactionSuccess=${go('payments.Transaction')}`,
      `webhook partnerTransactionSuccess=${go('partnerpayments.Transaction')}`,
    ],
  },
]

/** Reads the models of an installed SDK. */
export async function modelsOf({ name, command: [program, ...args] }: ModelledSdk): Promise<ModelCall[]> {
  const { stdout } = await promisify(execFile)(program, args, { cwd: folderOf(name), maxBuffer: 16 << 20 })
  return modelCalls.parse(JSON.parse(stdout))
}
