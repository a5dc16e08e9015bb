import { describe, expect } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { cli, test } from './cli.ts'

describe.concurrent('transfer', () => {
  test('shows, dismisses and confirms a transfer of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addTransfer({ out_bill_no: 'T1', openid: 'oUser' })
    const { package_info = '' } = await control.transfer('T1')
    const waiting = [
      'Transfer T1: WAIT_USER_CONFIRM, 1000 fen (10.00 CNY)',
      '  to oUser, scene 1000',
      '  since 2026-11-25T12:00:00+08:00',
      '  can be confirmed until 2026-11-26T12:00:00+08:00',
      `  package_info ${package_info}`,
    ]

    expect(await cli(['transfer', 'show', 'T1', '--url', url])).toEqual({
      code: 0,
      stderr: '',
      stdout: `${waiting.join('\n')}\n`,
    })
    const json = await cli(['transfer', 'show', 'T1', '--url', url, '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await control.transfer('T1'))
    const dismissed = await cli(['transfer', 'dismiss', 'T1', '--url', url])
    expect(dismissed.stdout).toBe(
      `${[...waiting, '  the client is called back with requestMerchantTransfer:fail cancel'].join('\n')}\n`,
    )
    const confirmed = await cli(['transfer', 'confirm', 'T1', '--package', package_info, '--url', url, '--lang', 'zh'])
    expect(confirmed).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        '转账单 T1：SUCCESS，1000 分（10.00 CNY）',
        '  收款用户 oUser，转账场景 1000',
        '  自 2026-11-25T12:00:00+08:00',
        '  客户端收到的回调结果是 requestMerchantTransfer:ok',
        '',
      ].join('\n'),
    })
  })

  test('lets a transfer fail, confirmed or not', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addTransfers([{ out_bill_no: 'T1' }, { out_bill_no: 'T2' }, { out_bill_no: 'T3' }])

    const confirmed = await cli(['transfer', 'confirm', 'T1', '--reason', 'NAME_NOT_CORRECT', '--url', url])
    expect(confirmed.stdout).toContain('Transfer T1: FAIL, ')
    expect(confirmed.stdout).toContain('  NAME_NOT_CORRECT, at 2026-11-25T12:00:00+08:00\n')
    await cli(['transfer', 'fail', 'T2', '--reason', 'ACCOUNT_FROZEN', '--url', url])
    await cli(['transfer', 'fail', 'T3', '--url', url])
    const reasons = (await control.transfers({ state: 'FAIL' })).items.map(({ fail_reason }) => fail_reason)
    expect(reasons.toSorted()).toEqual(['ACCOUNT_FROZEN', 'NAME_NOT_CORRECT', 'TRANSFER_RISK'])
  })

  test('what the mock says no to is exit code 1, and one line', async ({ serve }) => {
    const { url } = await serve(['--json'])
    await connectControl(url).addTransfers([{ out_bill_no: 'T1', state: 'SUCCESS' }, { out_bill_no: 'T2' }])

    const [unknown, over, foreign] = await Promise.all([
      cli(['transfer', 'confirm', 'NONE', '--url', url]),
      cli(['transfer', 'confirm', 'T1', '--url', url, '--json']),
      cli(['transfer', 'dismiss', 'T2', '--package', 'x', '--url', url, '--lang', 'zh']),
    ])

    expect(unknown).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^wechatpay-mock: There is no transfer NONE: [^\n]+\n$/),
    })
    expect({ ...over, stdout: JSON.parse(over.stdout) }).toEqual({
      code: 1,
      stdout: { code: 'MOCK_TRANSFER_STATE', message: expect.stringContaining('is SUCCESS') },
      stderr: '',
    })
    expect(foreign).toMatchObject({
      code: 1,
      stderr:
        'wechatpay-mock: package_info信息有误，请返回联系商家处理：该 package_info 未曾签发，请原样使用应答中的值。\n',
    })
  })

  test.for<[args: string[], message: string]>([
    [['pay', 'T1'], '<action> cannot be "pay": use one of confirm, dismiss, fail, show'],
    [['show', 'T1', '--reason', 'TRANSFER_RISK'], '--reason is for confirm, fail only'],
    [['fail', 'T1', '--package', 'x'], '--package is for confirm, dismiss only'],
    [['fail', 'T1', '--reason', 'RAIN'], '--reason'],
    [['show', 'T1', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
  ])('%j is misuse: one line and exit code 2', async ([args, message]) => {
    const { code, stdout, stderr } = await cli(['transfer', ...args])

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})
