import { getCallback, setCallback } from '../../../src/products/operations.ts'
import { cookbook, done } from './recipe.ts'

const notify_url = 'https://shop.example.com/notify'

export const setCallbackErrors = cookbook(setCallback, {
  url_unfit:
    async ({ merchant }) =>
    () =>
      merchant.call(setCallback, { notify_url: 'http://shop.example.com/notify' }),
  merchant_unknown:
    async ({ merchant }) =>
    () =>
      merchant.call(setCallback, { mchid: '1900000404', notify_url }),
  not_permitted: async ({ merchant, others, clientOf }) => {
    await clientOf(others.owner)
    return () => merchant.call(setCallback, { mchid: others.owner.mchid, notify_url })
  },
})

export const getCallbackErrors = cookbook(getCallback, {
  not_found: async ({ merchant, others, clientOf }) => {
    const client = await clientOf(others.owner)
    await done(client.call(setCallback, { notify_url }))
    return () => merchant.call(getCallback, { mchid: others.owner.mchid })
  },
})
