import { downloadCertificates } from '../../../src/products/operations.ts'
import { cookbook } from './recipe.ts'

export const certificateErrors = cookbook(downloadCertificates, {
  no_certificate: async ({ control, merchant }) => {
    await control.changeSettings({ key_mode: 'public-key' })
    return () => merchant.call(downloadCertificates)
  },
  algorithm_unsupported:
    async ({ merchant }) =>
    () =>
      merchant.call(downloadCertificates, { algorithm_type: 'SM2' }),
})
