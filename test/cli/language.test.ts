import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { misuse, test } from './cli.ts'

/** The line that says what is wrong, without the name of the program. */
const complaint = async (args: readonly string[], cwd?: string) =>
  (await misuse(args, cwd === undefined ? {} : { cwd })).replace('wechatpay-mock: ', '').trimEnd()

describe.concurrent('with --lang zh', () => {
  test('a seed file that does not fit is refused in Chinese, with its place', async ({ cwd }) => {
    const refused = async (world: unknown) => {
      await writeFile(join(cwd, 'shop.json'), JSON.stringify(world))
      return complaint(['--port', '0', '--seed', './shop.json', '--lang', 'zh'], cwd)
    }

    expect(await refused({ orders: [{ total: -1 }] })).toBe(
      './shop.json 的内容不符合要求：/orders/0/total：应不小于 1。',
    )
    expect(await refused({ gifts: [] })).toBe('./shop.json 的内容不符合要求：/gifts：没有这个字段，请去掉。')
    expect(await refused({ merchants: [{ api_v3_key: 'short' }] })).toBe(
      './shop.json 的内容不符合要求：/merchants/0/api_v3_key：APIv3密钥（api_v3_key）应为 32 位字母和数字。',
    )
  })

  test('an address of a store that cannot be is refused in Chinese', async () => {
    expect(await complaint(['--port', '0', '--store', 'redis://h/?x=1', '--lang', 'zh'])).toContain(
      '存储的地址不对（没有选项 x，可用的有 prefix、replicas）',
    )
  })

  test('a file that is no contract is refused in Chinese', async ({ cwd }) => {
    await writeFile(join(cwd, 'no.json'), '{}')

    expect(await complaint(['pact', 'verify', 'no.json', '--lang', 'zh'], cwd)).toBe(
      'no.json 不是 Pact 契约：缺少 consumer。请写明由消费者的测试生成的文件。',
    )
    expect(await complaint(['pact', 'verify', 'none.json', '--lang', 'zh'], cwd)).toBe(
      'none.json 无法读取：没有这个文件或目录。契约文件由其消费者的测试生成。',
    )
  })

  test('what a mock refuses comes in the language of who asks, not of who started it', async ({ serve }) => {
    const [chinese, english] = await Promise.all([serve(['--json', '--lang', 'zh']), serve(['--json', '--lang', 'en'])])
    const ask = (url: string, language: string) =>
      complaint(['explain', '--id', 'ABC', '--url', url, '--lang', language])

    for (const { url } of [chinese, english]) {
      expect(await ask(url, 'zh')).toBe(`${url}：请求记录中没有 ABC：编号是应答头中的 Request-ID，且只保留最近的请求。`)
      expect(await ask(url, 'en')).toBe(
        `${url}: The journal has no call ABC: ids are the Request-ID of an answer, and only the latest calls are kept.`,
      )
      expect(await complaint(['credentials', '--mchid', '1900000055', '--url', url, '--lang', 'zh'])).toBe(
        `${url}：模拟服务中没有商户 1900000055：请用 POST /_mock/merchants 添加，或不写 mchid。`,
      )
    }
    expect(await complaint(['explain', '--id', 'ABC', '--url', 'http://127.0.0.1:1', '--lang', 'zh'])).toBe(
      'http://127.0.0.1:1 没有模拟服务应答，请先运行 wechatpay-mock，或用 --url 或 WECHATPAY_MOCK_URL 指明地址',
    )
  })
})
