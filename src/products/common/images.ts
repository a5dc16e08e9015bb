import { createHash } from 'node:crypto'
import type { Texts } from '../../wire/shared/texts.ts'

const LARGEST_IMAGE = 2 * 1_048_576

/** For each kind of image, its file extensions and its first bytes. */
const KINDS = [
  { name: /\.jpe?g$/i, start: Buffer.of(0xff, 0xd8, 0xff) },
  { name: /\.png$/i, start: Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) },
  { name: /\.bmp$/i, start: Buffer.from('BM') },
] as const

type ImageFault = 'file_empty' | 'digest_differs' | 'too_large' | 'kind_unfit'

/** The part `meta` of the upload of an image. */
export interface ImageMeta {
  readonly filename: string
  readonly sha256: string
}

/**
 * Why an image that is uploaded for marketing is not taken; `undefined` if it is. It is a JPG, BMP or PNG of 2 MB, 2,097,152 bytes, at most; a
 * file that begins like another of the three kinds than its name says will do.
 */
export function faultOfImage(
  { filename, sha256 }: ImageMeta,
  bytes: Uint8Array,
): { readonly reason: ImageFault; readonly why: Texts } | undefined {
  const { length } = bytes
  if (length === 0) {
    return { reason: 'file_empty', why: { en: 'The file has no bytes.', zh: '文件有 0 字节。' } }
  }
  // Comes before what is in the file: up to here nothing proves it complete.
  const digest = digestOf(bytes).toString('hex')
  if (digest !== sha256.toLowerCase()) {
    return {
      reason: 'digest_differs',
      why: {
        en: `The file of ${length} bytes has the sha256 ${digest}.`,
        zh: `文件共 ${length} 字节，sha256 是 ${digest}。`,
      },
    }
  }
  if (length > LARGEST_IMAGE) {
    return { reason: 'too_large', why: { en: `The file has ${length} bytes.`, zh: `文件有 ${length} 字节。` } }
  }
  if (!KINDS.some(({ name }) => name.test(filename))) {
    const given = JSON.stringify(filename)
    return {
      reason: 'kind_unfit',
      why: {
        en: `/body/filename: the name of a JPG, BMP or PNG image; got ${given}`,
        zh: `/body/filename：应为 JPG、BMP 或 PNG 图片的文件名，传入的是 ${given}`,
      },
    }
  }
  if (KINDS.some(({ start }) => start.equals(bytes.subarray(0, start.length)))) return undefined
  return {
    reason: 'kind_unfit',
    why: { en: 'the file does not begin like a JPG, BMP or PNG image', zh: '文件头不是 JPG、BMP 或 PNG 图片的' },
  }
}

/** Where the images of coupons are. */
export const IMAGE_HOST = 'https://wxpaylogo.qpic.cn/'

/** The address of an image, in the shape of live ones: the same for the same content. Nothing is served there. */
export function imageAddress(content: Uint8Array | string): string {
  return `${IMAGE_HOST}wxpaylogo/${digestOf(content).toString('base64url')}/0`
}

function digestOf(content: Uint8Array | string): Buffer {
  return createHash('sha256').update(content).digest()
}
