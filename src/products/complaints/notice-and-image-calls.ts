import { z } from 'zod'
import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { instant, mchid } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { faultOfImage } from '../common/images.ts'
import { invalidRequest, parameterUnfit, resourceUnknown } from '../common/refusal.ts'
import { complaintAddresses, complaints } from './complaints.ts'

const ADDRESS = '/v3/merchant-service/complaint-notifications'

const NO_ADDRESS = resourceUnknown('inferred', '投诉通知回调地址不存在', {
  en: 'the caller has not set an address for complaints (the error is ours)',
  zh: '调用方没有设置投诉通知回调地址（错误为自拟）',
})

/** @throws ApiError `url_unfit` for an address with a query; that it is https the page says */
function checkUrl(url: string, { fail }: Pick<OperationContext<'url_unfit'>, 'fail'>): void {
  if (/[?#]/.test(url)) fail('url_unfit', { en: '/body/url: has a query', zh: '/body/url：带有查询参数' })
}

const URL_UNFIT = parameterUnfit({
  en: 'the address has a query (that it must not is documented)',
  zh: '回调地址带有查询参数（不允许见文档）',
})

/** The address of the caller. @throws ApiError `no_address` */
async function addressOf({
  tx,
  caller: { mchid },
  fail,
}: Pick<OperationContext<'no_address'>, 'tx' | 'caller' | 'fail'>) {
  const found = await tx.in(complaintAddresses).find(mchid)
  return (
    found ?? fail('no_address', { en: `${mchid} has no address for complaints`, zh: `${mchid} 没有投诉通知回调地址` })
  )
}

/** 创建投诉通知回调地址 */
export const createComplaintAddress = documentedCall(`POST ${ADDRESS}`, {
  id: 'createComplaintAddress',
  summary: 'Set the address for callbacks about complaints',
  refusals: {
    url_unfit: URL_UNFIT,
    address_exists: invalidRequest('inferred', '投诉通知回调地址已存在', {
      en: 'the caller has an address already (that there is one is documented, the error is ours)',
      zh: '调用方已设置回调地址（每个商户一个见文档，错误为自拟）',
    }),
  },
  rules: [documented('The address is https, without a query; a merchant has one.')],
  async handle({ body: { url } }, context) {
    const {
      tx,
      caller: { mchid },
      fail,
    } = context
    checkUrl(url, context)
    const known = await tx.in(complaintAddresses).find(mchid)
    if (known)
      fail('address_exists', { en: `${mchid} is told at ${known.url}`, zh: `${mchid} 的回调地址是 ${known.url}` })
    await tx.in(complaintAddresses).save({ mchid, url })
    return { mchid, url }
  },
})

/** 查询投诉通知回调地址 */
export const queryComplaintAddress = documentedCall(`GET ${ADDRESS}`, {
  id: 'queryComplaintAddress',
  summary: 'Look up the address for callbacks about complaints',
  refusals: { no_address: NO_ADDRESS },
  rules: [inferred('A merchant without an address is answered with an error.')],
  handle: (_, context) => addressOf(context),
})

/** 更新投诉通知回调地址 */
export const updateComplaintAddress = documentedCall(`PUT ${ADDRESS}`, {
  id: 'updateComplaintAddress',
  summary: 'Change the address for callbacks about complaints',
  refusals: { url_unfit: URL_UNFIT, no_address: NO_ADDRESS },
  rules: [documented('The address is https, without a query.')],
  async handle({ body: { url } }, context) {
    checkUrl(url, context)
    const { mchid } = await addressOf(context)
    await context.tx.in(complaintAddresses).save({ mchid, url })
    return { mchid, url }
  },
})

/** 删除投诉通知回调地址 */
export const deleteComplaintAddress = documentedCall(`DELETE ${ADDRESS}`, {
  id: 'deleteComplaintAddress',
  summary: 'Delete the address for callbacks about complaints',
  refusals: { no_address: NO_ADDRESS },
  rules: [inferred('Without an address nobody is told of complaints.')],
  async handle(_, context) {
    const { mchid } = await addressOf(context)
    await context.tx.in(complaintAddresses).delete(mchid)
    return undefined
  },
})

/** How many images of a merchant are kept; older ones are forgotten. */
const MOST_IMAGES = 20

/** Images that merchants have uploaded for complaints. */
export const complaintImages = defineTable({
  name: 'complaintImages',
  row: z
    .strictObject({
      mchid,
      media_id: z.string().min(1).max(512),
      create_time: instant,
      content: z.base64().describe('the bytes of the file'),
    })
    .meta({ id: 'ComplaintImage', description: 'an image that a merchant has uploaded for complaints' }),
  key: ['media_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
})

/** 图片上传 */
export const uploadComplaintImage = documentedCall('POST /v3/merchant-service/images/upload', {
  id: 'uploadComplaintImage',
  summary: 'Upload an image for complaints',
  refusals: {
    image_unfit: parameterUnfit({
      en: 'the file is empty, larger than 2 MB, not the one that the sha256 in meta is of, or neither JPG, BMP nor PNG (the limits are documented)',
      zh: '文件为空、大于 2 MB、与 meta 中的 sha256 不符，或不是 JPG、BMP、PNG（限制见文档）',
    }),
  },
  rules: [
    documented('Images are JPG, BMP or PNG, of 2 MB at most.'),
    inferred(`The newest ${MOST_IMAGES} images of a merchant are kept.`),
  ],
  async handle({ body, file: { bytes } }, { tx, now, ids, caller: { mchid }, fail }) {
    const fault = faultOfImage(body, bytes)
    if (fault) return fail('image_unfit', fault.why)
    const table = tx.in(complaintImages)
    const kept = await table.page('newest', ALL, { owner: mchid, limit: MOST_IMAGES })
    for (const { media_id } of kept.slice(MOST_IMAGES - 1)) await table.delete(mchid, media_id)
    const media_id = `file${ids.digits(6)}_${ids.digits(7)}`
    await table.save({ mchid, media_id, create_time: now, content: Buffer.from(bytes).toString('base64') })
    return { media_id }
  },
})

/** 图片请求 */
export const downloadComplaintImage = documentedCall('GET /v3/merchant-service/images/{media_id}', {
  id: 'downloadComplaintImage',
  summary: 'Download an image of a complaint',
  refusals: {
    not_found: resourceUnknown('inferred', '图片不存在', {
      en: 'the caller has not uploaded the image, nor is it in a complaint about the caller (the error is ours)',
      zh: '调用方没有上传过该图片，调用方的投诉单中也没有（错误为自拟）',
    }),
  },
  rules: [
    documented('The request is signed, as any other.'),
    inferred('An image of a user is a small picture, which stands for all of them.'),
  ],
  async handle({ path: { media_id } }, { tx, caller: { mchid }, fail, shaped }) {
    const uploaded = await tx.in(complaintImages).find(mchid, media_id)
    if (uploaded) return new Uint8Array(Buffer.from(uploaded.content, 'base64'))
    const about = [
      ...(await tx.in(complaints).list(mchid)),
      ...(await tx.in(complaints).page('ofPartner', mchid, { limit: Number.MAX_SAFE_INTEGER })),
    ]
    const isShown = about.some((one) => [one, ...one.history].some(({ images }) => images?.includes(media_id)))
    if (isShown) return shaped({ media_id })
    return fail('not_found', { en: `${mchid} has no image ${media_id}`, zh: `${mchid} 没有图片 ${media_id}` })
  },
})
