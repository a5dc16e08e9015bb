import { encode } from 'uqr'
import { expect, onTestFinished } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import { findingsInBothThemes } from './axe.ts'
import { badlyPlaced } from './badly-placed.ts'
import { COUNT_CLICKS, describeInEachLanguage, describePage, expectFit, picture, test } from './chromium.ts'

describePage('transfers in the dashboard', 'zh-CN', (words) => {
  const confirm = '确认收款'

  test('a transfer is confirmed: two clicks from the list', async ({ page, server, control }) => {
    await control.freeze()
    await control.addTransfer({ out_bill_no: 'PAYOUT1' })
    await page.addInitScript(COUNT_CLICKS)
    await page.goto(`${server.url}/_mock#/transfers`)
    await page.locator('.rows > li', { hasText: 'PAYOUT1' }).click()
    await page.getByRole('button', { name: confirm, exact: true }).click()
    await page.locator('.detail h2', { hasText: 'SUCCESS' }).waitFor()
    expect(await page.evaluate('window.clicks')).toBe(2)
    expect(await control.transfer('PAYOUT1')).toMatchObject({ state: 'SUCCESS' })
    const diagram = page.locator('.state-diagram')
    // It went by way of TRANSFERING, though that took no time.
    await expect.poll(() => diagram.locator('.gone').count()).toBe(2)
    const entries = page.locator('.timeline > li')
    await expect
      .poll(() => entries.allTextContents())
      .toEqual([
        expect.stringContaining('TRANSFERING → SUCCESS'),
        expect.stringContaining('WAIT_USER_CONFIRM → TRANSFERING'),
        expect.stringContaining('→ WAIT_USER_CONFIRM'),
      ])
    expect(page.complaints).toEqual([])
  })

  test('a transfer leads to its page on the phone, in a window of its own, where it is confirmed', async ({
    page,
    server,
    control,
  }) => {
    await control.freeze()
    await control.addTransfer({ out_bill_no: 'PAYOUT1', transfer_amount: 500 })
    await page.goto(`${server.url}/_mock#/transfers`)
    await page.locator('.rows > li', { hasText: 'PAYOUT1' }).click()
    const link = page.locator('.facts').getByRole('link', { name: '打开收款页' })
    await expect.poll(() => link.getAttribute('rel')).toContain('noopener')
    const opening = page.context().waitForEvent('page')
    await link.click()
    const phone = await opening
    await phone.getByText('¥5.00').waitFor()
    expect(await phone.evaluate('window.opener')).toBeNull()
    await phone.getByRole('button', { name: '确认收款', exact: true }).click()
    await phone.getByRole('heading', { name: '已收款' }).waitFor()
    await phone.close()
    await page.locator('.detail h2', { hasText: 'SUCCESS' }).waitFor()
    await link.waitFor({ state: 'detached' })
    expect(await control.transfer('PAYOUT1')).toMatchObject({ state: 'SUCCESS' })
    expect(page.complaints).toEqual([])
  })

  test('a transfer fails for a reason that is chosen by what it means, and another is cancelled', async ({
    page,
    server,
    control,
  }) => {
    await control.freeze()
    await control.changeSettings({ transfer_takes: 60 })
    await control.addTransfers([{ out_bill_no: 'FAILS' }, { out_bill_no: 'CANCELLED' }])
    await control.confirmTransfer('FAILS')
    await page.goto(`${server.url}/_mock#/transfers/1900000001/FAILS`)
    await page.getByRole('button', { name: '失败…' }).click()
    const reason = page.getByRole('combobox', { name: '失败原因' })
    await reason.selectOption({
      label: 'ACCOUNT_FROZEN 用户账户已冻结',
    })
    await page.getByRole('button', { name: '失败', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('FAIL') }).waitFor()
    await page.locator('.facts').getByText('ACCOUNT_FROZEN 用户账户已冻结').waitFor()
    expect(await control.transfer('FAILS')).toMatchObject({ state: 'FAIL', fail_reason: 'ACCOUNT_FROZEN' })
    for (const width of [1_440, 390]) {
      await page.setViewportSize({ width, height: 900 })
      await expect.poll(() => badlyPlaced(page.locator('.state-diagram'))).toEqual([])
      await picture(page, `transfer-zh-${width}`)
    }
    expect(await findingsInBothThemes(page)).toEqual([])

    await page.setViewportSize({ width: 1440, height: 900 })
    await page.goto(`${server.url}/_mock#/transfers/1900000001/CANCELLED`)
    await page.getByRole('button', { name: '撤销', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('CANCELING') }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('a call leads to its transfer, that to its user and its authorization, and those back to it', async ({
    page,
    server,
    send,
    control,
  }) => {
    await control.addUser({ openid: 'oPaid', real_name: '张三' })
    await control.addTransferAuthorization({ out_authorization_no: 'LEAVE1', openid: 'oPaid' })
    await send({
      method: 'POST',
      target: '/v3/fund-app/mch-transfer/transfer-bills/transfer',
      body: {
        appid: 'wx0000000000000001',
        out_bill_no: 'PAYOUT1',
        out_authorization_no: 'LEAVE1',
        transfer_scene_id: '1000',
        transfer_amount: 1_000,
        transfer_remark: '新会员有礼',
        transfer_scene_report_infos: [
          { info_type: '活动名称', info_content: '新会员有礼' },
          { info_type: '奖励说明', info_content: '注册会员抽奖一等奖' },
        ],
      },
    })
    await page.goto(`${server.url}/_mock`)
    await page.locator('.rows > li').first().click()
    const things = page.getByRole('navigation', { name: words.exchange.things })
    await things.getByRole('link', { name: 'PAYOUT1' }).click()
    await page.locator('.facts').getByRole('link', { name: 'oPaid' }).click()
    await page.locator('.facts').getByText('张三').waitFor()
    await page
      .getByRole('region', { name: '向该用户的转账' })
      .getByRole('link', { name: /PAYOUT1/ })
      .click()
    await page.locator('.facts').getByRole('link', { name: 'LEAVE1' }).click()
    await page.getByRole('img', { name: words.life.diagram('TAKING_EFFECT') }).waitFor()
    await expect.poll(() => badlyPlaced(page.locator('.state-diagram'))).toEqual([])
    expect(await findingsInBothThemes(page)).toEqual([])
    await page
      .getByRole('region', { name: '使用该授权的转账' })
      .getByRole('link', { name: /PAYOUT1/ })
      .waitFor()
    await page.getByRole('button', { name: '关闭授权…' }).click()
    await page.getByRole('button', { name: '关闭授权', exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('CLOSED') }).waitFor()
    expect(page.complaints).toEqual([])
  })

  test('an account is made, topped up and granted a scene', async ({ page, server, control }) => {
    await page.goto(`${server.url}/_mock#/transfer_accounts`)
    await page.getByText('设定商户的转账账户', { exact: true }).click()
    await page.getByRole('spinbutton').fill('100')
    await page.getByRole('button', { name: '设定商户的转账账户', exact: true }).click()
    await page.locator('.facts').getByText('¥100.00').waitFor()
    await page.getByRole('button', { name: '充值…' }).click()
    await page.getByRole('spinbutton').last().fill('0.5')
    await page.getByRole('button', { name: '充值', exact: true }).click()
    await page.locator('.facts').getByText('¥100.50').waitFor()
    const withdraw = '收回场景'
    await page.getByRole('button', { name: `${withdraw}…` }).click()
    const scene = page.getByRole('combobox', { name: '转账场景' })
    // Without one it does nothing.
    await page.getByRole('button', { name: withdraw, exact: true }).click()
    expect(await scene.evaluate('document.activeElement.tagName')).toBe('SELECT')
    await scene.selectOption('1005')
    await page.getByRole('button', { name: withdraw, exact: true }).click()
    await expect.poll(async () => (await control.transferAccount()).scenes.includes('1005')).toBe(false)
    expect(await control.transferAccount()).toMatchObject({ balance: 10_050 })
    expect(await findingsInBothThemes(page)).toEqual([])
    expect(page.complaints).toEqual([])
  })

  test('the callbacks of transfers can be spoilt and sent, and are called what they tell', async ({
    page,
    server,
    control,
  }) => {
    await control.addTransfer({ notify_url: 'http://127.0.0.1:9/transfers' })
    const types = [
      'MCHTRANSFER.BILL.FINISHED',
      'MCHTRANSFER.AUTHORIZATION.CONFIRMED',
      'MCHTRANSFER.AUTHORIZATION.CLOSED',
    ]
    await page.goto(`${server.url}/_mock#/callbacks`)
    const labels = ['转账单据终态', '用户同意免确认收款', '免确认收款授权已关闭']
    await page.getByText(words.callbacks.send, { exact: true }).click()
    await page.getByRole('combobox', { name: words.callbacks.event }).fill('MCHTRANSFER')
    const options = page.locator('.candidates').getByRole('option')
    // The kinds of events come with an answer of their own.
    await options.first().waitFor()
    await expect
      .poll(() => options.allTextContents())
      .toEqual(expect.arrayContaining([...types, ...labels].map((text) => expect.stringContaining(text))))
    await page.getByText(words.callbacks.moveToNextTry).waitFor()
    await page
      .getByText(/MCHTRANSFER\.BILL\.FINISHED/)
      .first()
      .waitFor()
    expect(page.complaints).toEqual([])
  })
})

describeInEachLanguage('the page on the phone', (words) => {
  test('opens with a code too, if the mock lets a phone in', async ({ page, server, control }) => {
    await control.addTransfer({ out_bill_no: 'PAYOUT1' })
    await page.goto(`${server.url}/_mock#/transfers/1900000001/PAYOUT1`)
    const link = page.locator('a[href*="/_mock/transfer-page"]')
    expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(30)
    const button = page.getByRole('button', { name: words.onPhone.show })
    expect(await button.count()).toBe(0)

    const open = await startServer({ mock: server.mock, port: 0, allowedHosts: ['evil.test'] })
    onTestFinished(() => open.close(0))
    await page.goto(`${open.url}/_mock#/transfers/1900000001/PAYOUT1`)
    await button.click()
    const address = `http://evil.test:${open.port}${await link.getAttribute('href')}`
    const code = page.getByRole('img', { name: words.onPhone.code(address) })
    await code.waitFor()
    const { size } = encode(address, { border: 4 })
    await expect.poll(() => code.getAttribute('viewBox')).toBe(`0 0 ${size} ${size}`)
    await expectFit(page, 'transfer-phone-code')
    await button.click()
    await expect.poll(() => code.count()).toBe(0)
    await page.goto(address)
    await page.getByText('¥').first().waitFor()
  })
})
