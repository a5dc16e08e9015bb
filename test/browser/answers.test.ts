import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { engineOf } from '../../src/mock.ts'
import { COUNT_CLICKS, describePage, picture, test } from './chromium.ts'

const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'
const LINK = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }
const HOSTILE = '<img src=x onerror="window.hacked = 1">\u202e'

/** Processor time that a page may take for a pasted 1 MiB, measured in walks through 16 MiB of text. */
const MOST_WALKS = 20

/** Pastes a text into a field, as if from the clipboard. */
async function paste(page: Page, label: string, text: string): Promise<void> {
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await page.getByLabel(label).focus()
  await page.keyboard.press('ControlOrMeta+v')
}

describePage('rows that speak, and answers first', 'zh-CN', (words) => {
  test('a row is one line: status, call, coupon and order, request number, reason, duration and time', async ({
    page,
    server,
    send,
    control,
  }) => {
    await control.freeze()
    await send({ method: 'POST', target: ASSOCIATE, body: LINK })
    await send({ method: 'POST', target: ASSOCIATE, body: { ...LINK, coupon_code: HOSTILE } })
    await page.setViewportSize({ width: 1_440, height: 900 })
    await page.goto(`${server.url}/_mock`)
    const rows = page.locator('.rows > li')
    await expect.poll(() => rows.count()).toBe(2)
    const cells = rows.nth(1).locator('a > :not(.row-more), .row-more > *')
    // The titles of the calls load separately.
    await expect
      .poll(() => cells.allTextContents())
      .toEqual([
        expect.stringContaining('200'),
        expect.stringMatching(/Link a coupon|关联订单信息/),
        'sxxe34343434 ⇄ T1',
        'A1',
        expect.stringMatching(/^[\d.]+ ms$/),
        expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}$/),
      ])
    await expect.poll(() => rows.nth(0).textContent()).toContain('<img src=x onerror="window.hacked = 1">\\u202e ⇄ T1')
    // Today's date stands beside the clock.
    const { now } = await control.clock()
    await expect.poll(() => page.locator('.clock').textContent()).toContain(now.slice(0, 10))
    for (const width of [1_440, 1_024, 390]) {
      await page.setViewportSize({ width, height: 900 })
      // The date above the first row of each day does not count.
      const lines = rows.locator('> a')
      const heights = await lines.evaluateAll((all) => all.map((line) => line.getBoundingClientRect().height))
      // On a phone the numbers have a line to themselves, and the reason of a refusal up to two.
      const readable = width === 390 ? 20 : 0
      for (const [i, most] of [40 + 2 * readable, 40 + readable].entries()) {
        expect(heights[i], `${width}: ${i}`).toBeGreaterThanOrEqual(36)
        expect(heights[i], `${width}: ${i}`).toBeLessThanOrEqual(most)
      }
      expect(heights).toHaveLength(2)
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })

  test('the cause of a 401 is one click away, and needs no scrolling', async ({ page, server, send }) => {
    const body = JSON.stringify(LINK)
    const sent = JSON.stringify({ ...LINK, out_request_no: 'A2' }, null, 2)
    await send({ method: 'POST', target: ASSOCIATE, body: sent, signInstead: { body: Buffer.from(body) } })
    await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    for (let i = 0; i < 30; i++)
      await send({ target: '/v3/certificates', signInstead: { target: '/v3/certificates/' } })
    await page.addInitScript(COUNT_CLICKS)
    await page.setViewportSize({ width: 1_440, height: 900 })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /^401/ }).first().click()
    const answer = page.getByRole('region', { name: words.exchange.why })
    await answer.locator('.why').first().waitFor()
    for (const part of ['.why', '.fix', '.comparison']) {
      const box = await answer.locator(part).first().boundingBox()
      expect((box?.y ?? 900) + (box?.height ?? 0), part).toBeLessThan(900)
    }
    // One line differs, and the other four are folded.
    await expect
      .poll(() => answer.locator('.folded').allTextContents())
      .toEqual([words.diagnosis.equalLines(1), words.diagnosis.equalLines(3)])
    await expect
      .poll(() => answer.locator('pre').allTextContents())
      .toEqual(['/v3/certificates↵\n', '/v3/certificates/↵\n'])
    await expect.poll(() => answer.locator('mark').allTextContents()).toEqual(['', '/'])

    expect(await page.locator('.detail').evaluate(({ scrollTop }) => scrollTop)).toBe(0)
    expect(await page.evaluate('window.clicks')).toBe(1)

    // Passed steps collapse into one line, too.
    await page.getByText(words.check.failedAt(6, words.check.steps.signature)).waitFor()
    await expect.poll(() => page.locator('.check li').first().isVisible()).toBe(false)
    await page.getByText(words.diagnosis.verdicts.proved).waitFor()
    await expect
      .poll(() => page.locator('li.failed').textContent())
      .toContain(`${words.check.steps.signature} ${words.check.results.failed}`)
    await expect.poll(() => page.locator('li.passed').count()).toBe(6)
    await picture(page, `answer-first-zh`)
  })

  test('the response comes before the request', async ({ page, server, send }) => {
    await send({ method: 'POST', target: ASSOCIATE, body: { ...LINK, coupon_code: 'NONE' } })
    await page.goto(`${server.url}/_mock`)
    await page.getByRole('link', { name: /404|400/ }).click()
    await page.locator('.detail h2').waitFor()
    const order = await page
      .locator('.detail > section, .detail > details')
      .evaluateAll((parts) => parts.map((part) => part.getAttribute('aria-label') ?? part.className))
    expect(order).toEqual([
      words.exchange.why,
      'check',
      expect.stringContaining(words.exchange.response),
      words.exchange.request,
      'message',
    ])
    const answer = page.getByRole('region', { name: words.exchange.why })
    await answer.getByText('NONE').first().waitFor()
    await page.getByText(words.check.allPassed(7)).waitFor()

    // A call that went well has no such box.
    await send({ method: 'POST', target: ASSOCIATE, body: LINK })
    await page.getByRole('link', { name: /^200/ }).click()
    await page.locator('.detail h2').getByText('200').waitFor()
    await expect.poll(() => answer.count()).toBe(0)
  })

  test('causes that are mended in the same way stand together', async ({ page, server, send }) => {
    await send({ target: '/v3/certificates' })
    const [exchange] = await engineOf(server.mock).exchanges.list()
    if (!exchange) throw new Error('The journal is empty')
    const causes = ['mchid, first', 'serial_no, last'].map((value) => ({ name: 'line_added' as const, value }))
    const text = { en: 'Two causes.', zh: '两个原因。' }
    engineOf(server.mock).journal.add({
      ...exchange,
      id: 'GROUPED',
      response: { status: 401, headers: [], body: new Uint8Array(0) },
      remarks: [{ about: 'signature', text, verdict: 'proved', causes }],
    })
    await page.goto(`${server.url}/_mock#/exchanges/GROUPED`)
    await page.locator('.cause').first().waitFor()
    await expect.poll(() => page.locator('.cause').count()).toBe(1)
    await expect.poll(() => page.locator('.cause .fix').count()).toBe(1)
    await expect.poll(() => page.locator('.cause .why').count()).toBe(2)
  })

  test('where the message is not known, the one that the client signed is pasted and compared in the page', async ({
    page,
    server,
    send,
  }) => {
    await send({
      method: 'POST',
      target: ASSOCIATE,
      body: LINK,
      signInstead: { body: Buffer.from('unknown to all') },
    })
    const [exchange] = await server.control.journal()
    const expected = exchange?.remarks[0]?.expected_message ?? ''
    await page.goto(`${server.url}/_mock#/exchanges/${exchange?.id}`)
    await page.getByText(words.diagnosis.verdicts.message_unknown).waitFor()
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET' || request.url().includes('unknown')) asked.push(request.url())
    })

    await paste(page, words.diagnosis.paste, expected.replace('"A1"', '"A2"'))
    const offset = expected.indexOf('"A1"') + 2
    await page.getByText(words.diagnosis.firstDifference(offset)).waitFor()
    await expect.poll(() => page.locator('.pasted mark').allTextContents()).toEqual(['1', '2'])

    await paste(page, words.diagnosis.paste, expected)
    await page.getByText(words.diagnosis.pasteEqual).waitFor()
    await paste(page, words.diagnosis.paste, expected.slice(0, -1))
    await page.getByText(words.diagnosis.pasteWithoutEnd).waitFor()
    // Line endings are signed too.
    await paste(page, words.diagnosis.paste, expected.replaceAll('\n', '\r\n'))
    await page.getByText(words.diagnosis.firstDifference(4)).waitFor()
    await expect.poll(() => page.locator('.pasted mark').last().textContent()).toContain('␍')
    expect(asked).toEqual([])
    await picture(page, `pasted-message-zh`)
  })
})

describePage('a pasted message', 'en', () => {
  test('is text, and takes no more of the page however long it is', async ({ page, server, send }) => {
    await send({ method: 'POST', target: ASSOCIATE, body: LINK, signInstead: { body: Buffer.from('unknown to all') } })
    const [exchange] = await server.control.journal()
    await page.goto(`${server.url}/_mock#/exchanges/${exchange?.id}`)
    const label = 'Paste the message that your client signed'
    await paste(page, label, `POST\n${HOSTILE}\n`)
    await page.locator('.pasted pre.signed').getByText('<img src=x').waitFor()
    await expect.poll(() => page.locator('.pasted pre.signed').textContent()).toContain('\\u202e')
    await expect.poll(() => page.locator('main img').count()).toBe(0)
    expect(await page.evaluate('window.hacked')).toBeUndefined()

    // Processor time, not wall-clock time: other programs run next to the page.
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const processorTime = async () => {
      const { metrics } = await session.send('Performance.getMetrics')
      return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? Number.NaN
    }
    const beforeWalk = await processorTime()
    await page.evaluate(`(() => {
      const text = 'POST\\n'.repeat(209_715)
      let sum = 0
      for (let times = 0; times < 16; times++) for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) ^ times
      return sum
    })()`)
    const walk = (await processorTime()) - beforeWalk
    for (const [name, text] of [
      ['one line', 'x'.repeat(1_048_576)],
      ['line feeds', '\n'.repeat(1_048_576)],
      ['short lines', 'POST\n'.repeat(209_715)],
    ] as const) {
      const before = await processorTime()
      await paste(page, label, text)
      await page.locator('.pasted .comparison').waitFor()
      await expect.poll(() => page.locator('.pasted textarea').inputValue()).toBe(text.slice(0, 4_000))
      const walks = ((await processorTime()) - before) / walk
      console.log(`1 MiB pasted, ${name}: the processor time of ${walks.toFixed(1)} walks through 16 MiB`)
      expect(walks, name).toBeLessThan(MOST_WALKS)
      await expect.poll(() => page.locator('.pasted *').count()).toBeLessThan(500)
      expect((await page.locator('.pasted .comparison').textContent())?.length).toBeLessThan(20_000)
    }
    await paste(page, label, 'x'.repeat(1_048_577))
    await page.getByText('This is longer than 1 MiB.').waitFor()
    expect(page.complaints).toEqual([])
  })
})
