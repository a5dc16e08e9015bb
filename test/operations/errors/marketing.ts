import { uploadMarketingImage } from '../../../src/products/operations.ts'
import { PNG, sha256, upload } from '../../helpers/upload.ts'
import { cookbook } from './recipe.ts'

const large = Buffer.alloc(2 * 1_048_576 + 1)
PNG.copy(large)

export const uploadImageErrors = cookbook(uploadMarketingImage, {
  signature_unfit: async ({ control, merchant }) => {
    await control.planFault({ operation: uploadMarketingImage.id, error: 'signature_unfit' })
    return () => merchant.request(upload())
  },
  file_empty:
    async ({ merchant }) =>
    () =>
      merchant.request(upload({ file: Buffer.alloc(0) })),
  digest_differs:
    async ({ merchant }) =>
    () =>
      merchant.request(upload({ meta: { filename: 'logo.png', sha256: sha256(Buffer.from('other')) } })),
  kind_unfit:
    async ({ merchant }) =>
    () =>
      merchant.request(upload({ filename: 'logo.gif' })),
  too_large:
    async ({ merchant }) =>
    () =>
      merchant.request(upload({ file: large })),
})
