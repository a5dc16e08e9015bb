import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { describeInEachLanguage, test, viewsOf } from './chromium.ts'

/** Finds elements that are too small for fingers, make a phone zoom in, are too wide for it, or permanently cover more than two rows of it. */
const FINDINGS = `(() => {
  const found = []
  const isSeen = (element) => {
    const { width, height } = element.getBoundingClientRect()
    return element.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1
  }
  const named = (element) => \`\${element.localName}.\${element.className}: \${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}\`
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) found.push(\`\${scrollWidth - innerWidth} px too wide\`)
  const header = document.querySelector('header.top').getBoundingClientRect().height
  if (header > 100) found.push(\`a header of \${header} px\`)
  const targets = 'button, .button, select, textarea, input:not([type=checkbox], [type=radio], [type=file]), label.tick, .choices label, summary, nav a, .back, .chips a, .rows a'
  for (const target of document.querySelectorAll(targets)) {
    const { height } = target.getBoundingClientRect()
    if (isSeen(target) && !target.matches('.skip') && height < 40) found.push(\`only \${Math.round(height)} px: \${named(target)}\`)
  }
  for (const field of document.querySelectorAll('input:not([type=checkbox], [type=radio], [type=file]), select, textarea')) {
    if (isSeen(field) && parseFloat(getComputedStyle(field).fontSize) < 16) found.push('zooms in: ' + named(field))
  }
  return found
})()`

const findings = (page: Page) => page.evaluate<string[]>(FINDINGS)

/** Waits for an element, and expects its scroll container to show it whole. */
async function within(page: Page, selector: string, scroller: string): Promise<void> {
  await page.locator(selector).waitFor()
  // Browsers scroll pages by whole pixels, and after the element is there.
  const beyond = async () => {
    const seen = await page.locator(selector).boundingBox()
    const window = await page.locator(scroller).boundingBox()
    if (!seen || !window) throw new Error(`${selector} is not there`)
    const before = Math.round(window.x) - Math.round(seen.x)
    return Math.max(before, Math.round(seen.x + seen.width) - Math.round(window.x + window.width))
  }
  await expect.poll(beyond).toBeLessThanOrEqual(0)
}

describeInEachLanguage('on a phone', (words) => {
  test.override('isPhone', true)

  test('everything is large enough for fingers, and nothing is wider than the page', { timeout: 120_000 }, async ({
    page,
    server,
    send,
    control,
  }) => {
    const { id } = await control.sendNotification({ event_type: 'REFUND.SUCCESS', url: 'http://127.0.0.1:1/' })
    await send({ target: '/v3/certificates', signInstead: { body: Buffer.from('unknown to all') } })
    const [unknown] = await control.journal()
    await control.addOrder({ out_trade_no: 'T1', state: 'SUCCESS' })
    await control.patchCoupon('100088', 'sxxe34343434', { state: 'USED' })
    await control.planFault({ operation: 'associateTradeInfo', effect: 'slow_drip' })
    await control.changeSettings({ rate_limit: 'on', time_expire_max: 30 })
    await control.advance('P31DT5H')
    await control.setClock({ frozen: true })
    await page.goto(`${server.url}/_mock`)
    const views = await viewsOf(page)
    const details = [
      `#/exchanges/${unknown?.id}`,
      '#/coupons/1900000001/100088/sxxe34343434',
      '#/stocks/1900000001/100088',
      '#/orders/1900000001/T1',
      `#/callbacks/${id}`,
      '#/merchants/1900000001',
    ]
    const found: string[] = []
    for (const address of [...views, '#/exchanges?start=open&text=none&status=401', ...details]) {
      await page.goto(`${server.url}/_mock${address}`)
      await page
        .locator(details.includes(address) ? '.detail h2' : 'main h1')
        .first()
        .waitFor({ state: 'attached' })
      await page.locator('.loading').first().waitFor({ state: 'detached' })
      const folded = page.locator('details:not([open]) > summary').filter({ visible: true })
      while ((await folded.count()) > 0) await folded.first().click()
      for (const finding of await findings(page)) found.push(`${address} ${finding}`)
    }
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('button', { name: words.exporting.open, exact: true }).click()
    await page.getByRole('dialog').waitFor()
    expect([...found, ...(await findings(page))]).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test('the pictures of a life and of a story have letters that can be read', async ({ page, server, send }) => {
    await send({
      method: 'POST',
      target: '/v3/marketing/busifavor/coupons/associate',
      body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'R-1' },
    })
    await page.goto(`${server.url}/_mock#/coupons/1900000001/100088/sxxe34343434`)
    await page.getByRole('button', { name: words.life.asStory }).click()
    for (const drawing of ['.state-diagram', '.story svg']) {
      await page.locator(drawing).waitFor()
      const scale = await page.evaluate<number>(
        `(() => {
          const svg = document.querySelector('${drawing}')
          return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
        })()`,
      )
      expect(scale, drawing).toBeGreaterThanOrEqual(1)
    }
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })

  test('the state that a thing is in stands in the picture, and its kind among the kinds', async ({
    page,
    server,
    control,
  }) => {
    await control.addTransfer({ out_bill_no: 'T1', state: 'WAIT_USER_CONFIRM' })
    await page.goto(`${server.url}/_mock#/transfers/1900000001/T1`)
    await within(page, '.state-diagram .present', '.drawing')
    await control.addTransferAccount({ funded: 50_000 })
    await page.goto(`${server.url}/_mock#/transfer_accounts`)
    await within(page, '.kinds [aria-current]', '.kinds')
  })

  test('what a state means is there whole or not at all, and a number is not squeezed', async ({
    page,
    server,
    control,
  }) => {
    await control.addTransferAuthorization({ out_authorization_no: 'AUTHORIZATION1', authorize_time: null })
    await control.addTransfer({ out_bill_no: 'PAYOUT20261127D', state: 'WAIT_USER_CONFIRM' })
    for (const kind of ['transfer_authorizations', 'transfers']) {
      await page.goto(`${server.url}/_mock#/${kind}`)
      const meaning = page.locator(`.rows a[href^="#/${kind}/"] .badge .meaning`).first()
      await meaning.waitFor({ state: 'attached' })
      expect(await meaning.evaluate((element) => element.getClientRects().length), kind).toBe(1)
    }
    await page.goto(`${server.url}/_mock#/transfer_authorizations`)
    const number = page.locator('.rows .what').filter({ hasText: 'AUTHORIZATION1' })
    await number.waitFor()
    expect(await number.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
  })

  test('the reason for a refusal can be read in its row', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await page.goto(`${server.url}/_mock`)
    const reason = page.locator('.rows .row-reason .note')
    await reason.waitFor()
    expect((await reason.boundingBox())?.width).toBeGreaterThan(150)
    expect(
      await reason.evaluate((one) => [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]),
    ).toEqual([0, 0])
  })

  test('what is set does not cover the name of the view', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/settings`)
    await page.locator('main h1').waitFor()
    await control.changeSettings({ rate_limit: 'on', time_expire_max: 30 })
    await page.locator('.chips').getByText(words.settings.changed(2)).waitFor()
    const isSeen = () =>
      page.evaluate(
        `(() => {
          const [link, list] = ['nav [aria-current]', 'nav ul'].map((one) => document.querySelector('header ' + one).getBoundingClientRect())
          return link.left >= list.left && link.right <= list.right
        })()`,
      )
    await expect.poll(isSeen).toBe(true)
  })
})
