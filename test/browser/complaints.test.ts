import { expect } from 'vitest'
import { badlyPlaced } from './badly-placed.ts'
import { describeInEachLanguage, expectFit, test } from './chromium.ts'

const TEXTS = {
  en: {
    complain: 'Complain as a user',
    order: 'Order',
    kind: 'Kind',
    refund: 'asks for a refund',
    reply: 'Reply as the user',
    text: 'Text',
    again: 'Complain once more',
    complaints: 'Complaints',
  },
  'zh-CN': {
    complain: '用户发起投诉',
    order: '商户订单号',
    kind: '问题类型',
    refund: '申请退款',
    reply: '用户回复',
    text: '内容',
    again: '继续投诉',
    complaints: '投诉',
  },
} as const

describeInEachLanguage('complaints in the dashboard', (words, language) => {
  const say = TEXTS[language]

  test('a user complains about an order, replies, and complains once more', async ({ page, server, control, send }) => {
    await page.goto(`${server.url}/_mock#/complaints`)
    await page.getByText(say.complain, { exact: true }).click()
    await page.getByRole('textbox', { name: say.order }).fill('MCH_102233445')
    await page.getByRole('combobox', { name: say.kind }).selectOption({ label: `REFUND ${say.refund}` })
    await page.getByRole('button', { name: say.complain, exact: true }).click()
    await page.locator('.detail h2', { hasText: 'PENDING' }).waitFor()
    const {
      complaints: [made],
    } = await control.world()
    expect(made).toMatchObject({ out_trade_no: 'MCH_102233445', problem_type: 'REFUND' })
    const complaint_id = made?.complaint_id ?? ''
    const target = `/v3/merchant-service/complaints-v2/${complaint_id}`
    const complainted_mchid = made?.mchid
    await send({ method: 'POST', target: `${target}/response`, body: { complainted_mchid, response_content: '好的' } })
    await page.locator('.detail h2', { hasText: 'PROCESSING' }).waitFor()

    await page.getByRole('button', { name: `${say.reply}…` }).click()
    await page.locator('.detail').getByRole('textbox', { name: say.text }).fill('还没有收到退款')
    await page.getByRole('button', { name: say.reply, exact: true }).click()
    await page.locator('.facts').getByText('还没有收到退款').waitFor()
    await expectFit(page, 'complaint')
    await expect.poll(() => badlyPlaced(page.locator('.state-diagram'))).toEqual([])

    await send({ method: 'POST', target: `${target}/complete`, body: { complainted_mchid } })
    await page.getByRole('img', { name: words.life.diagram('PROCESSED') }).waitFor()
    await page.getByRole('button', { name: `${say.again}…` }).click()
    await page.locator('.detail').getByRole('textbox', { name: say.text }).fill('问题没有解决')
    await page.getByRole('button', { name: say.again, exact: true }).click()
    await page.getByRole('img', { name: words.life.diagram('PENDING') }).waitFor()
    expect(await control.complaint(complaint_id)).toMatchObject({ user_complaint_times: 2 })

    await page.locator('.facts').getByRole('link', { name: 'MCH_102233445' }).click()
    await page.getByRole('region', { name: say.complaints }).getByRole('link', { name: complaint_id }).waitFor()
    expect(page.complaints).toEqual([])
  })
})
