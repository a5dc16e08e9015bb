import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { columnsOf } from '../../src/cli/output.ts'
import { LINK, test, textOf, V2, V3 } from '../contracts/pacts.ts'
import { cli, misuse } from './cli.ts'

const SHOP = 'contracts/pacts/shop-wechatpay.json'

describe.concurrent('pact show', () => {
  test('shows who with whom, and of each interaction what matters', async ({ write }) => {
    const file = await write(V2)
    const { code, stdout, stderr } = await cli(['pact', 'show', file])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`a Java shop with wechatpay
${file}
1 interaction
Evidence: 1 documented

Succeeds

  links a coupon
    given     a user holds a usable coupon
    sends     POST /v3/marketing/busifavor/coupons/associate
              exactly: stock_id ${LINK.stock_id}, coupon_code ${LINK.coupon_code}, out_trade_no
              ${LINK.out_trade_no}, out_request_no ${LINK.out_request_no}
    gets      200
              by shape: wechatpay_associate_time (of the form ^.+\\+08:00$)
    documented
`)
  })

  test('begins with what succeeds, whatever the order of the file, and keeps to 80 columns', async () => {
    const [english, chinese] = await Promise.all([
      cli(['pact', 'show', SHOP]),
      cli(['pact', 'show', SHOP, '--lang', 'zh']),
    ])

    const sections = english.stdout.match(/^(?:Succeeds|Is refused|Is told)$/gm)
    expect(sections).toEqual(['Succeeds', 'Is refused', 'Is told'])
    // A path cannot be broken.
    const broken = (line: string) => !/^ +\S+$/.test(line) && !line.startsWith(SHOP)
    for (const { stdout } of [english, chinese]) {
      expect(stdout.split('\n').filter((line) => columnsOf(line) > 80 && broken(line))).toEqual([])
      expect(stdout).not.toContain('\u001B')
    }
    expect(chinese.stdout).toMatch(/^shop 与 wechatpay\n.*\n\d+ 条交互\n依据：文档 \d+，/)
    expect(chinese.stdout).toMatch(/\n {4}前提 +/)
  })

  test('is as sure as the journal of a mock is of the reason, where status and code leave it open', async ({
    write,
  }) => {
    const [link] = V3.interactions ?? []
    const file = await write({
      version: '3.0.0',
      interactions: [{ ...link, response: { status: 400, body: { code: 'INVALID_REQUEST' } } }],
    })
    const { stdout } = await cli(['pact', 'show', file, '--json'])

    expect(JSON.parse(stdout)[0].interactions[0]).toMatchObject({
      kind: 'refusal',
      status: '400 INVALID_REQUEST',
      evidence: { is: 'inferred', because: expect.stringMatching(/券已关联其他订单/) },
    })
  })

  test('--min-evidence is a gate', async ({ write }) => {
    const [documented, inferred] = [await write(V2), await write(V3)]
    const least = ['--min-evidence', 'reported']

    expect(await cli(['pact', 'show', documented, ...least])).toMatchObject({ code: 0, stderr: '' })
    expect(await cli(['pact', 'show', documented, inferred, ...least])).toMatchObject({
      code: 1,
      stderr: 'wechatpay-mock: 1 interaction is less sure than reported\n',
    })
    expect(await misuse(['pact', 'show', documented, '--min-evidence', 'sure'])).toContain('documented, observed')
  })

  test('--html writes a page that needs nothing besides itself, and runs nothing of the pact', async ({ write }) => {
    const [link] = V3.interactions ?? []
    const description = 'links <script>alert("x")</script> & more'
    const file = await write({ version: '3.0.0', interactions: [{ ...link, description }] })
    const html = join(file, '../made/page.html')

    expect(await cli(['pact', 'show', file, '--html', html])).toMatchObject({
      code: 0,
      stdout: `${html} has been written\n`,
    })
    const text = await readFile(html, 'utf8')
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('links &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more')
    expect(text).not.toMatch(/<script|@import|url\(|src=/)
    await cli(['pact', 'show', file, '--html', html, '--lang', 'zh'])
    expect(await readFile(html, 'utf8')).toContain('<html lang="zh-CN">')
  })

  test('a broken, empty or huge contract gets a sentence, and nothing is written', async ({ write }) => {
    const [link] = V3.interactions ?? []
    const deep = JSON.parse(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`)
    const html = join(await write(''), '../page.html')
    const refused = async (file: string) => {
      const said = await misuse(['pact', 'show', file, '--html', html])
      await expect(access(html)).rejects.toThrow()
      return said
    }

    expect(await refused(await write('{"consumer":'))).toContain(' is not JSON')
    expect(await refused(await write(''))).toContain(' is not JSON')
    expect(await refused(await write('[]'))).toContain(' is no pact')
    expect(await refused(await write({ version: '3.0.0', interactions: [] }))).toMatch(/has no interactions.*$/m)
    expect(await refused(await write({ version: '3.0.0', interactions: Array(1_001).fill(link) }))).toContain(
      'more than 1000',
    )
    expect(
      await refused(
        await write({ version: '3.0.0', interactions: [{ ...link, response: { status: 200, body: deep } }] }),
      ),
    ).toContain('more than 32 levels')
    expect(await refused(join(html, '..', 'nowhere.json'))).toContain('cannot be read')
  })

  test('contracts of a directory stand on one page; one with somebody else is left out by name', async ({ write }) => {
    const directory = join(await write(V2), '..', 'pacts')
    await mkdir(directory)
    await writeFile(join(directory, 'a.json'), textOf(V2, 'shop'))
    await writeFile(join(directory, 'b.json'), textOf(V3, 'kiosk'))
    await writeFile(join(directory, 'c.json'), textOf(V3).replace('"wechatpay"', '"alipay"'))
    const { code, stdout, stderr } = await cli(['pact', 'show', directory])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^shop with wechatpay\n.*\nkiosk with wechatpay\n/s)
    expect(stderr).toContain('c.json was left out')
  })
})
