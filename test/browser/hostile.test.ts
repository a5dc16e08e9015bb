import type { Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { createMock } from 'wechatpay-mock'
import { startServer } from 'wechatpay-mock/node'
import { firstProducts } from '../helpers/first-products.ts'
import { startReceiver } from '../helpers/receiver.ts'
import { representatives } from '../helpers/representative.ts'
import { describePage, test } from './chromium.ts'
import { hostileProduct } from './hostile-product.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'

/** Names that a shop, or an impostor, may give to its things. The page must show each as plain text everywhere. */
const NAMES = {
  script: '<script>window.hacked=1</script>',
  element: '<img src=x onerror=window.hacked=1>',
  reversed: '\u202egnp\u2066\u200b\u0000\u0007',
  mermaid: 'x;end\n  Note over shop: hacked #35;:%%',
  emoji: '👩‍👩‍👧‍👦🧨👍🏽',
} as const

/** One word, which cannot be broken. */
const LONG = 'W'.repeat(100_000)

/** Cuts a name to the number of characters that its field can store. */
const cut = (text: string, length: number) => text.slice(0, length).toWellFormed()

/** Finds the harm that hostile text can do to a page: take effect, hide or reverse its surroundings, or push the page out of the window. */
async function harmOn(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`(() => {
    const found = []
    if (window.hacked !== undefined) found.push('hacked')
    for (const { outerHTML } of document.querySelectorAll('script:not([src]), img, iframe, object, [onerror], [onload]')) found.push(outerHTML.slice(0, 200))
    const unseen = /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) if (unseen.test(walker.currentNode.data)) found.push('text of ' + walker.currentNode.parentElement.outerHTML.slice(0, 80) + JSON.stringify(walker.currentNode.data.slice(0, 200)))
    for (const element of document.body.querySelectorAll('*')) {
      for (const name of ['title', 'aria-label', 'placeholder']) {
        if (unseen.test(element.getAttribute(name) ?? '')) found.push(name + ': ' + JSON.stringify(element.getAttribute(name).slice(0, 200)))
      }
    }
    const wide = document.documentElement.scrollWidth - innerWidth
    if (wide > 0) found.push('wider than the window by ' + wide)
    if (document.body.innerText.length > 120_000) found.push('text of ' + document.body.innerText.length + ' characters')
    if (document.querySelectorAll('*').length > 4_000) found.push('elements: ' + document.querySelectorAll('*').length)
    return found
  })()`)) as readonly string[]
}

async function expectHarmless(page: Page, where: string): Promise<void> {
  for (const width of [1_440, 390]) {
    await page.setViewportSize({ width, height: 900 })
    expect(await harmOn(page), `${where} at ${width}`).toEqual([])
  }
}

describePage('hostile names are text', 'en', (words) => {
  test.override('products', firstProducts)

  test('in rows, filters, answers and the strip', async ({ page, server, send, control }) => {
    for (const name of [...Object.values(NAMES), LONG]) {
      const body = { stock_id: name, coupon_code: name, out_trade_no: name, out_request_no: name }
      await send({ method: 'POST', target: ASSOCIATE, body, headers: { 'X-Note': NAMES.script } })
      await send({ method: 'POST', target: ASSOCIATE, body, signInstead: { body: Buffer.from(name) } })
      await send({ target: `/v3/nowhere/${encodeURIComponent(cut(name, 2_000))}` })
    }
    await fetch(`${server.url}${ASSOCIATE}`, {
      method: 'POST',
      headers: {
        authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${NAMES.element}",nonce_str="${'n'.repeat(4_000)}"`,
      },
    })
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows > li').nth(15).waitFor()
    await expectHarmless(page, 'the list')
    for (const { id } of representatives(await control.journal())) {
      await page.goto(`${server.url}/_mock#/exchanges/${id}`)
      await page.locator('.detail h2').waitFor()
      await page.getByText(id, { exact: true }).waitFor()
      const check = page.locator('.detail details.check > summary')
      if ((await check.count()) > 0) await check.click()
      await expectHarmless(page, id)
    }
    for (const name of [...Object.values(NAMES), cut(LONG, 20_000)]) {
      const query = new URLSearchParams()
      for (const key of ['text', 'operation', 'status', 'mchid', 'coupon_code', 'outcome', 'from', 'to'])
        query.set(key, name)
      await page.goto(`${server.url}/_mock#/exchanges?${query}`)
      await page.locator('.filter-chips button').nth(3).waitFor()
      await expectHarmless(page, 'chips')
    }
    // The mock refuses filters of this kind.
    expect(page.complaints.filter((text) => !/status of 4(?:00|31)/.test(text))).toEqual([])
  }, 120_000)

  test('in coupons, orders, batches and merchants, their histories, stories and Mermaid', async ({
    page,
    server,
    send,
    control,
  }) => {
    const names = Object.values(NAMES)
    await control.restore({
      merchants: [{ mchid: '1900000001' }, ...names.map((name, i) => ({ mchid: `190000010${i}`, name }))],
      stocks: names.map((name, i) => ({
        stock_id: `${i}${cut(name, 15)}`,
        stock_name: name,
        goods_name: cut(LONG, 128),
        comment: name,
      })),
      coupons: names.map((name, i) => ({
        stock_id: `${i}${cut(name, 15)}`,
        coupon_code: cut(name, 32),
        openid: name,
        associate_out_trade_no: name,
      })),
      orders: names.map((name) => ({ out_trade_no: cut(name, 32), state: 'NOTPAY' as const })),
      event_addresses: [{ mchid: '1900000100', notify_url: `javascript:window.hacked=1//${NAMES.reversed}<b>` }],
    })
    for (const [i, name] of names.entries()) {
      for (const out_request_no of [name, cut(LONG, 30_000)]) {
        await send({
          method: 'POST',
          target: ASSOCIATE,
          body: { stock_id: `${i}${cut(name, 15)}`, coupon_code: cut(name, 32), out_trade_no: name, out_request_no },
        })
      }
    }
    for (const [i, view] of (['coupons', 'orders', 'stocks', 'merchants'] as const).entries()) {
      await page.goto(`${server.url}/_mock#/${view}`)
      const rows = page.locator('.rows > li > a')
      await rows.nth(4).waitFor()
      await expectHarmless(page, view)
      const addresses = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
      for (const address of representatives(addresses, i)) {
        await page.goto(`${server.url}/_mock${address}`)
        await page.locator('.detail h2').waitFor()
        await expectHarmless(page, address)
        const story = page.getByRole('button', { name: words.life.asStory })
        if ((await story.count()) === 0) continue
        await story.click()
        await page.locator('.story svg').waitFor()
        await expectHarmless(page, `the story of ${address}`)
        await page.getByRole('button', { name: words.story.copyMermaid }).click()
        await page.getByText(words.copied).first().waitFor()
        const mermaid = String(await page.evaluate('navigator.clipboard.readText()'))
        // The page itself begins each line; a name cannot end a line, begin one or comment anything out.
        for (const line of mermaid.trimEnd().split('\n')) {
          expect(line).toMatch(
            /^(?:sequenceDiagram|\s*(?:participant \w+ as |Note over shop,receiver: |\w+(?:->>|-->>|--x)\w+: )(?:[^;#:<>"%\n]|#\d+;)*|\s*rect rgba\([\d., ]+\)|\s*end)$/,
          )
        }
      }
    }
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('in things of a product of one’s own: titles, states, facts, links, forms and options', async ({ page }) => {
    const names = Object.values(NAMES)
    const mock = createMock({ products: [hostileProduct(names)], seed: 'empty' })
    const server = await startServer({ mock, port: 0 })
    onTestFinished(() => server.close(0))
    for (const name of names) await mock.control.addOddity({ id: name, state: name, [name]: name })
    for (const [i, kind] of ['oddities', 'bare_oddities'].entries()) {
      await page.goto(`${server.url}/_mock#/${kind}`)
      const rows = page.locator('.list .rows > li > a')
      await rows.nth(names.length - 1).waitFor()
      for (const summary of await page.locator('.list details > summary').all()) await summary.click()
      await expectHarmless(page, kind)
      const addresses = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
      for (const address of representatives(addresses, i)) {
        await page.goto(`${server.url}/_mock${address}`)
        await page.locator('.detail h2').waitFor()
        for (const button of await page.locator('.detail button[aria-expanded="false"]').all()) await button.click()
        await expectHarmless(page, address)
      }
      await page.goto(`${server.url}/_mock#/${kind}?text=nothing`)
      await page.getByText(words.nothingMatches).waitFor()
      await expectHarmless(page, `${kind} without any`)
    }
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('in faults that are planned and spent, and in what they are planned for', async ({
    page,
    server,
    send,
    control,
  }) => {
    for (const name of Object.values(NAMES)) {
      await control.planFault({
        error: 'system_error',
        operation: 'associateTradeInfo',
        coupon_code: name,
        stock_id: name,
      })
      await control.planFault({ effect: 'bad_signature', coupon_code: name, always: true })
      await send({
        method: 'POST',
        target: ASSOCIATE,
        body: { stock_id: name, coupon_code: name, out_trade_no: name, out_request_no: name },
      })
    }
    for (const name of [...Object.values(NAMES), cut(LONG, 200)]) {
      await control.planAnswer({ operation: 'GET /v3/payscore/serviceorder', merge: { attach: name } })
      await control.planAnswer({ operation: `GET /v3/${encodeURIComponent(name)}`, body: { [name]: name } })
    }
    await page.goto(`${server.url}/_mock#/faults`)
    await page.locator('.hits a').nth(4).waitFor()
    await page.getByRole('region', { name: words.answers.title }).locator('li').nth(9).waitFor()
    await expectHarmless(page, 'faults')
    for (const name of [...Object.values(NAMES), cut(LONG, 20_000)]) {
      for (const member of ['operation', 'event']) {
        const query = new URLSearchParams({ [member]: name, mchid: name })
        await page.goto(`${server.url}/_mock#/faults?${query}`)
        await page.locator('.target').waitFor()
        await expectHarmless(page, `${member} to go wrong`)
      }
    }
    expect(page.complaints).toEqual([])
  }, 120_000)

  test('in callbacks: their addresses, replies and contents', async ({ page, server, control }) => {
    const to = await startReceiver()
    onTestFinished(() => to.close())
    const ids: string[] = []
    for (const name of [...Object.values(NAMES), cut(LONG, 1_500)]) {
      const { id } = await control.sendNotification({
        event_type: 'COUPON.SEND',
        url: `${to.url}/${encodeURIComponent(name)}?<script>`,
        resource: { stock_id: name, coupon_code: name, [name]: 1 },
      })
      ids.push(id)
    }
    await page.goto(`${server.url}/_mock#/callbacks`)
    await page.locator('.rows > li').nth(5).waitFor()
    await expectHarmless(page, 'the list of callbacks')
    for (const id of ids) {
      await page.goto(`${server.url}/_mock#/callbacks/${encodeURIComponent(id)}`)
      await page.locator('.detail h2').waitFor()
      await expectHarmless(page, id)
    }
    for (const { id } of await control.journal()) {
      await page.goto(`${server.url}/_mock#/exchanges/${id}`)
      await page.getByText(id, { exact: true }).waitFor()
      await expectHarmless(page, id)
    }
    expect(page.complaints).toEqual([])
  }, 120_000)
})
