import { z } from 'zod'
import { documentedCall, type InputOf } from '../../catalogue/documented-call.ts'
import { documentedEvent } from '../../catalogue/documented-event.ts'
import { callbackOf } from '../../engine/callbacks/event.ts'
import { documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { asGiven, instant, mchid } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { sameValues, type Texts } from '../../wire/shared/texts.ts'
import { explainReuse } from '../common/explain.ts'
import { faultOfImage, IMAGE_HOST, imageAddress } from '../common/images.ts'
import { because, fromPage } from '../common/refusal.ts'
import { brandId, couponAddressOf, objectId } from './product-coupons.ts'
import { BRAND_REFUSALS, checkBrand, checkOpened, NUMBER_REFUSALS, REQUEST_NO, UNFIT_ROW } from './request-checks.ts'

/** 图片上传: store an image and get an address for it. */
export const uploadProductCouponImage = documentedCall('POST /v3/marketing/partner/product-coupon/media/upload-image', {
  id: 'uploadProductCouponImage',
  summary: 'Upload an image for product coupons',
  refusals: {
    ...BRAND_REFUSALS,
    image_unfit: fromPage(UNFIT_ROW, {
      en: 'the file is empty, is not the one that the sha256 in meta is of, or is no JPG, BMP or PNG',
      zh: '文件为空、与 meta 中的 sha256 不符，或不是 JPG、BMP、PNG',
    }),
    too_large: fromPage(UNFIT_ROW, {
      en: 'the file is larger than 2 MB',
      zh: '文件大于 2 MB',
      internalCode: 270_087_680,
    }),
  },
  rules: [
    documented('Images are JPG, BMP or PNG, of 2 MB at most.'),
    inferred('They are checked as those for merchant coupons are; the same image always has the same image_url.'),
  ],
  async handle({ body, file: { bytes } }, context) {
    checkOpened(context)
    const fault = faultOfImage(body, bytes)
    if (!fault) return { image_url: imageAddress(bytes) }
    return context.fail(fault.reason === 'too_large' ? 'too_large' : 'image_unfit', fault.why)
  },
})

/** How long a task takes; inferred. */
const TAKES_MS = 1_000

/** The tasks of a partner that are kept; older ones are forgotten. */
const MOST_TASKS = 1_000

const imageTask = z
  .strictObject({
    mchid: mchid.describe('the partner (服务商) that gave it'),
    brand_id: brandId,
    task_id: objectId,
    image_generation_type: z.enum(['COMBINE_IMAGE', 'CUT_OUT']),
    combine_image: asGiven.optional(),
    cut_out: asGiven.optional(),
    create_time: instant,
    finish_time: instant,
    result: z.enum(['SUCCESS', 'FAIL']).describe('how it ends at finish_time; PROCESSING before'),
  })
  .meta({ id: 'ProductCouponImageTask', description: 'a picture that is made for a product coupon (图片生成任务)' })

type ImageTask = Readonly<z.output<typeof imageTask>>

/** Pictures that are made for product coupons. */
export const imageTasks = defineTable({
  name: 'productCouponImageTasks',
  title: { en: 'Image tasks of product coupons', zh: '商品券图片生成任务' },
  row: imageTask,
  key: ['brand_id', 'task_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
})

type TaskBody = InputOf<'POST /v3/marketing/partner/product-coupon/image-generation-tasks'>['body']

const BENEFITS = ['normal_coupon', 'discount_coupon', 'exchange_coupon'] as const

/** Why a picture cannot be made; `undefined` if it can. */
function objectionTo({ image_generation_type, combine_image, cut_out }: TaskBody): Texts | undefined {
  if (image_generation_type === 'CUT_OUT') {
    if (cut_out?.image_url.startsWith(IMAGE_HOST)) return undefined
    return {
      en: `CUT_OUT needs cut_out, with an image_url at ${IMAGE_HOST}`,
      zh: `CUT_OUT 须传 cut_out，且 image_url 位于 ${IMAGE_HOST}`,
    }
  }
  if (!combine_image) return { en: 'COMBINE_IMAGE needs combine_image', zh: 'COMBINE_IMAGE 须传 combine_image' }
  const { scope, type, usage_mode } = combine_image
  if (usage_mode !== 'SINGLE') return { en: 'usage_mode has to be SINGLE', zh: 'usage_mode 只能是 SINGLE' }
  if (scope === 'ALL' && type === 'EXCHANGE') {
    return { en: 'EXCHANGE needs the scope SINGLE', zh: 'type 为 EXCHANGE 时，scope 须为 SINGLE' }
  }
  const needed = `${type.toLowerCase()}_coupon`
  if (BENEFITS.every((name) => Object.hasOwn(combine_image, name) === (name === needed))) return undefined
  return { en: `the type ${type} needs ${needed}, and no other benefit`, zh: `type 为 ${type} 时须传且只传 ${needed}` }
}

/** 商品券图片生成结果通知: a picture was made. */
export const imageMade = documentedEvent<ImageTask>('product-coupons PRODUCT_COUPON_SP.IMAGE_GENERATION', {
  id: 'productCouponImageMade',
  resourceId: 'ProductCouponImageEvent',
  label: { en: 'an image of a product coupon was made', zh: '商品券图片已生成' },
  description: 'An image of a product coupon was made',
  find: async (tx, mchid) => ({
    url: (await couponAddressOf(tx, mchid))?.notify_url,
    about: (await tx.in(imageTasks).page('newest', ALL, { owner: mchid, limit: 1 }))[0],
  }),
  sample({ mchid, now, ids }, task) {
    const made = {
      mchid,
      brand_id: ids.digits(5),
      task_id: `IMAGE_${ids.digits(12)}`,
      image_generation_type: 'COMBINE_IMAGE',
      create_time: now,
      finish_time: now,
      result: 'SUCCESS',
    } as const
    return shownTask(task ?? made, now)
  },
})

/** The values that a repeat has to bring again. */
const valuesOf = ({ image_generation_type, combine_image, cut_out }: TaskBody | ImageTask) => [
  JSON.stringify({ image_generation_type, combine_image, cut_out }),
]

/** 提交图片生成任务: have a picture made. */
export const createImageTask = documentedCall('POST /v3/marketing/partner/product-coupon/image-generation-tasks', {
  id: 'createImageTask',
  summary: 'Have an image for a product coupon made',
  fields: {
    'body/task_id': { ...REQUEST_NO, max: 40, example: 'image_generation_task_1' },
    'body/combine_image/background_color': { pattern: '^#[0-9A-Fa-f]{6}$' },
  },
  refusals: {
    ...BRAND_REFUSALS,
    request_no_reused: because(NUMBER_REFUSALS.request_no_reused, {
      en: 'the brand has a task with this task_id, of other values',
      zh: '品牌已有该 task_id 的任务，且参数不同',
    }),
    request_unfit: fromPage(UNFIT_ROW, {
      en: 'the data of image_generation_type are missing, or do not fit together',
      zh: '缺少 image_generation_type 对应的数据，或各字段的组合不符合要求',
    }),
  },
  rules: [
    documented(
      'COMBINE_IMAGE needs combine_image: usage_mode SINGLE, the benefit of type alone, EXCHANGE with scope SINGLE.',
    ),
    documented('CUT_OUT needs cut_out, whose image_url is at wxpaylogo.qpic.cn.'),
    documented('The address of the partner, if it has set one, is told when the task is done.'),
    upon(
      REPEAT,
      inferred('The same task_id with the same values is answered in the same way, and makes nothing anew.'),
    ),
    inferred('A task takes a second and succeeds; a seed file may have one that fails.'),
    inferred('The last 1,000 tasks of a partner are kept.'),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, notify, fail } = context
    const { mchid } = caller
    await checkBrand(body.brand_id, context)
    const table = tx.in(imageTasks)
    const known = await table.find(mchid, body.brand_id, body.task_id)
    if (known) {
      const [before, values] = [valuesOf(known), valuesOf(body)]
      if (sameValues(before, values)) return known
      return fail('request_no_reused', explainReuse(body.task_id, { values: before, time: known.create_time }, values))
    }
    const objection = objectionTo(body)
    if (objection) return fail('request_unfit', objection)
    for (const one of await table.page('newest', ALL, { owner: mchid, offset: MOST_TASKS - 1, limit: 1 })) {
      await table.delete(mchid, one.brand_id, one.task_id)
    }
    const finish_time = now + TAKES_MS
    const task = { ...body, mchid, create_time: now, finish_time, result: 'SUCCESS' } as const
    await table.save(task)
    const address = await couponAddressOf(tx, mchid)
    if (address) {
      const told = imageMade.content(shownTask(task, finish_time))
      await notify(callbackOf(imageMade, { mchid, url: address.notify_url, resource: told, dueAt: finish_time }))
    }
    return body
  },
})

/** 查询图片生成任务执行结果: look a picture up that is made. */
export const queryImageTask = documentedCall(
  'GET /v3/marketing/partner/product-coupon/image-generation-tasks/{task_id}',
  {
    id: 'queryImageTask',
    summary: 'Query an image that is made for a product coupon',
    refusals: {
      ...BRAND_REFUSALS,
      task_unknown: fromPage(UNFIT_ROW, {
        en: 'there is no such task of the brand, or it is of the other image_generation_type',
        zh: '品牌没有该任务，或任务的 image_generation_type 不同',
      }),
    },
    rules: [
      documented('The address of the picture shows once the task has succeeded.'),
      inferred('The same request always makes the same address; nothing is served there.'),
    ],
    async handle({ path: { task_id }, query }, context) {
      const { tx, now, caller, fail } = context
      await checkBrand(query.brand_id, context)
      const task = await tx.in(imageTasks).find(caller.mchid, query.brand_id, task_id)
      if (task?.image_generation_type === query.image_generation_type) return shownTask(task, now)
      return fail('task_unknown', {
        en: task
          ? `task ${task_id} is ${task.image_generation_type}`
          : `brand ${query.brand_id} has no task ${task_id}`,
        zh: task
          ? `任务 ${task_id} 的类型是 ${task.image_generation_type}`
          : `品牌 ${query.brand_id} 没有任务 ${task_id}`,
      })
    },
  },
)

/** A task as it is at an instant. */
function shownTask(task: ImageTask, now: number) {
  const task_state = now < task.finish_time ? 'PROCESSING' : task.result
  const name = task.image_generation_type === 'CUT_OUT' ? 'cut_out_result' : 'combine_image_result'
  const image_url = imageAddress(valuesOf(task).join())
  return { ...task, task_state, ...(task_state === 'SUCCESS' && { [name]: { image_url } }) }
}
