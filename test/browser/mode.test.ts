import { expect } from 'vitest'
import { describePage, picture, test } from './chromium.ts'

const HOSTILE = '<img src=x onerror="window.hacked = 1">\u202e'

describePage('the mode of the mock', 'zh-CN', (words) => {
  test('a clock that was moved shows how far, and that clients get 401 for it, until timestamps are checked otherwise', async ({
    page,
    server,
    control,
  }) => {
    const offset = page.locator('header .clock .offset')
    const banner = page.locator('.banner')
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${server.url}/_mock`)
    await page.locator('header .clock time').waitFor()
    await expect.poll(() => offset.count()).toBe(0)

    await control.advance('PT4M')
    await page
      .locator('header .clock')
      .getByText(`+${words.units.minutes(4)}`)
      .waitFor()
    await expect.poll(() => banner.count()).toBe(0)

    await control.advance('P31D')
    await page
      .locator('header .clock')
      .getByText(`+${words.units.days(31)}`)
      .waitFor()
    await banner.getByText(words.clock.refused(`+${words.units.days(31)}`)).waitFor()
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await picture(page, `mode-zh-390`)

    await banner.getByRole('button', { name: words.clock.judgeInstead }).click()
    await banner.waitFor({ state: 'detached' })
    expect((await control.settings()).signature_clock).toBe('machine')
    await page.locator('header').getByRole('link', { name: 'signature_clock: machine' }).click()
    await page
      .locator('.setting', { hasText: 'signature_clock' })
      .getByRole('button', { name: words.settings.setBack('mock') })
      .click()
    // The button disappears; the keyboard focus moves on from its place.
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('signature_clock')
    await banner.waitFor()
    // Lenient mode serves everybody, so nothing is refused.
    await control.changeSettings({ auth: 'lenient' })
    await banner.waitFor({ state: 'detached' })
    await offset.waitFor()
    await control.setClock({ now: 'machine' })
    await offset.waitFor({ state: 'detached' })
    expect(page.complaints).toEqual([])
  })

  test('a phone has the clock, the views and what is unusual in two rows', async ({ page, server, control }) => {
    await page.setViewportSize({ width: 390, height: 800 })
    await control.advance('P365DT23H')
    await control.setClock({ frozen: true })
    await control.planFault({ effect: 'reset' })
    await control.changeSettings({ signature_clock: 'machine', rate_limit: 'on' })
    await page.goto(`${server.url}/_mock#/clock`)
    const chips = page.locator('header .chips a').filter({ visible: true })
    await expect
      .poll(() => chips.allTextContents())
      .toEqual([`⚡ ${words.faults.active(1)}`, words.settings.changed(2)])
    await page.locator('header .clock .offset').waitFor()
    const header = await page.locator('header').first().boundingBox()
    expect(header?.height).toBeLessThanOrEqual(90)
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    for (const part of ['.clock time', '.clock .offset', 'select >> nth=1', '[aria-current]', '.chips a >> nth=0']) {
      const box = await page.locator('header').locator(part).boundingBox()
      expect(box?.width, part).toBeGreaterThan(20)
      expect((box?.x ?? 0) + (box?.width ?? 0), part).toBeLessThanOrEqual(390)
    }

    // The reason why a detail cannot be shown is beside the button that closes it.
    await page.setViewportSize({ width: 1_360, height: 900 })
    await page.goto(`${server.url}/_mock#/exchanges/NONE`)
    const told = await page.locator('.detail > .wrong').boundingBox()
    const close = await page.locator('.detail > .close').boundingBox()
    expect((told?.x ?? 0) + (told?.width ?? 0)).toBeLessThanOrEqual(close?.x ?? 0)
  })

  test('every setting is shown with its meaning, changed, and set back', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/settings`)
    const definitions = await control.settingDefinitions()
    await expect.poll(() => page.locator('.setting').count()).toBe(definitions.length)
    const chips = page.locator('header .chips a')
    await expect.poll(() => chips.count()).toBe(0)

    await page.getByRole('combobox', { name: 'rate_limit' }).selectOption('on')
    await chips.filter({ hasText: 'rate_limit: on' }).waitFor()
    const days = page.getByRole('spinbutton', { name: 'time_expire_max' })
    await days.fill('91')
    const set = page.locator('.setting', { has: days }).getByRole('button', { name: words.clock.set, exact: false })
    await set.first().click()
    await expect
      .poll(() => days.evaluate((field) => (field as unknown as { validationMessage: string }).validationMessage))
      .toBe(words.fields.outOfRange('1', '90'))
    await days.fill('30')
    await set.first().click()
    await chips.filter({ hasText: 'time_expire_max: 30' }).waitFor()
    const share = page.getByRole('spinbutton', { name: 'callback_public_key_share' })
    await share.fill('12.5')
    await share.press('Enter')
    await chips.filter({ hasText: words.settings.changed(3) }).waitFor()
    expect(await control.settings()).toMatchObject({
      rate_limit: 'on',
      time_expire_max: 30,
      callback_public_key_share: 12.5,
    })
    await picture(page, `settings-zh`)

    await page.getByRole('button', { name: words.settings.setAllBack }).click()
    await expect.poll(() => chips.count()).toBe(0)
    expect(await control.settings()).toEqual(Object.fromEntries(definitions.map((one) => [one.name, one.default])))
    expect(page.complaints).toEqual([])
  })

  test('a batch shows its budget, state and codes, and is paused', async ({ page, server, control }) => {
    await control.addStock({
      stock_id: '777001',
      stock_name: HOSTILE.repeat(3),
      goods_name: HOSTILE.repeat(3),
      coupon_code_mode: 'MERCHANT_UPLOAD',
      stock_send_rule: { max_coupons: 200, max_coupons_by_day: 50, max_coupons_per_user: 2 },
      sent: { total: 150, today: 50 },
    })
    // Without uploads nothing is used up, and a batch without possible events has no history.
    await page.goto(`${server.url}/_mock#/stocks/1900000001/777001`)
    await page.locator('.budget').getByText('0 / 0', { exact: true }).waitFor()
    await expect.poll(() => page.getByRole('heading', { name: words.life.history }).count()).toBe(0)
    await control.addCodes(Array.from({ length: 10 }, (_, i) => ({ stock_id: '777001', code: `CODE${i}` })))
    await page.goto(`${server.url}/_mock#/stocks?text=777001`)
    await page.locator('.rows a').click()
    const meter = (name: string) => page.locator('.budget', { hasText: name }).locator('meter')
    await meter('已发放的预存 code').waitFor()
    await expect.poll(() => meter('已发放').first().getAttribute('value')).toBe('150')
    await page.getByText(`50 / 50 · ${words.things.usedUp}`).waitFor()
    await page.locator('.budget', { hasText: '已发放的预存 code' }).getByText('0 / 10').waitFor()
    await page.getByRole('button', { name: '暂停' }).click()
    await page.locator('.detail .badge', { hasText: 'PAUSED' }).waitFor()
    expect((await control.stock('777001', { mchid: '1900000001' })).state).toBe('PAUSED')
    for (const width of [390, 1_024, 1_440]) {
      await page.setViewportSize({ width, height: 900 })
      await expect
        .poll(() => page.evaluate('document.documentElement.scrollWidth'), { message: `${width}` })
        .toBeLessThanOrEqual(width)
    }
    const codes = page.getByRole('region', { name: '预存 code' })
    await codes.getByRole('link', { name: /^AVAILABLE .* 10$/ }).click()
    await expect.poll(() => page.locator('.rows > li').count()).toBe(10)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(page.complaints).toEqual([])
  })
})
