import { expect, test } from 'vitest'
import { docs, forum, github, sources, sourcesOf } from '../../src/protocol/sources.ts'

test('the sources of a rule are none, one or several', () => {
  const { probe, vendorSkills } = sources

  expect(sourcesOf({})).toEqual([])
  expect(sourcesOf({ source: probe })).toEqual([probe])
  expect(sourcesOf({ source: [probe, vendorSkills] })).toEqual([probe, vendorSkills])
})

test('addresses are those of the documents, the forum and GitHub', () => {
  expect(docs('doc/v3/merchant/1')).toBe('https://pay.weixin.qq.com/doc/v3/merchant/1')
  expect(forum('pay/doc/1')).toBe('https://developers.weixin.qq.com/community/pay/doc/1')
  expect(github('wechatpay-apiv3/wechatpay-java')).toBe('https://github.com/wechatpay-apiv3/wechatpay-java')
})
