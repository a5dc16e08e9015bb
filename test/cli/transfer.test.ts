import { createServer } from 'node:http'
import { describe, expect } from 'vitest'
import { connectControl } from '../../src/mock-control.ts'
import { listen } from '../doors/transports/raw-connection.ts'
import { cli, misuse, test } from './cli.ts'

describe.concurrent('transfer', () => {
  test('shows, dismisses and confirms a transfer of a running mock', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addTransfer({ out_bill_no: 'T1', openid: 'oUser' })
    const { package_info = '' } = await control.transfer('T1')
    const waiting = [
      'Transfer T1: WAIT_USER_CONFIRM',
      '  Amount: ¥10.00',
      `  Page on the phone: ${url}/_mock/transfer-page?mchId=1900000001&appId=wx0000000000000001&package=${encodeURIComponent(package_info)}`,
      '  User: oUser',
      '  Name given: none',
    ].join('\n')

    const looked = await cli(['transfer', 'show', 'T1', '--url', url])
    expect(looked).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(waiting) })
    expect(looked.stdout).toContain('\n  Can be confirmed until: 2026-11-26T12:00:00+08:00\n')
    expect(looked.stdout).toContain(`\n  package_info: ${package_info}\n`)
    const json = await cli(['transfer', 'show', 'T1', '--url', url, '--json'])
    expect(JSON.parse(json.stdout)).toEqual(await control.transfer('T1'))
    const dismissed = await cli(['transfer', 'dismiss', 'T1', '--url', url])
    expect(dismissed.stdout).toBe(
      `${looked.stdout}  The client is called back with requestMerchantTransfer:fail cancel\n`,
    )
    const confirmed = await cli(['transfer', 'confirm', 'T1', '--package', package_info, '--url', url, '--lang', 'zh'])
    expect(confirmed).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^转账单 T1：SUCCESS\n {2}转账金额：¥10\.00\n {2}收款用户：oUser\n[\s\S]+\n {2}客户端收到的回调结果是 requestMerchantTransfer:ok\n$/,
      ),
    })
  })

  test('cancels a transfer that waits, and no other', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const control = connectControl(url)
    await control.addTransfers([{ out_bill_no: 'T1' }, { out_bill_no: 'T2', state: 'SUCCESS' }])

    const cancelled = await cli(['transfer', 'cancel', 'T1', '--url', url])
    expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringContaining('Transfer T1: CANCELING\n') })
    expect(await control.transfer('T1')).toMatchObject({ state: 'CANCELING' })
    expect(await cli(['transfer', 'cancel', 'T2', '--url', url])).toMatchObject({ code: 1, stdout: '' })
    expect(await misuse(['transfer', 'cancel', 'A1', '--authorization'])).toContain('--authorization is for')
  })

  test('lets a transfer fail, confirmed or not', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addTransfers([{ out_bill_no: 'T1' }, { out_bill_no: 'T2' }, { out_bill_no: 'T3' }])

    const confirmed = await cli(['transfer', 'confirm', 'T1', '--reason', 'NAME_NOT_CORRECT', '--url', url])
    expect(confirmed.stdout).toContain('Transfer T1: FAIL\n')
    expect(confirmed.stdout).toContain('  Failed because: NAME_NOT_CORRECT: ')
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
      stdout: { code: 'MOCK_TRANSFER_STATE', message: expect.stringContaining('has been SUCCESS') },
      stderr: '',
    })
    expect(foreign).toMatchObject({
      code: 1,
      stderr:
        'wechatpay-mock: package_info信息有误，请返回联系商家处理：该 package_info 未曾签发，请原样使用应答中的值。\n',
    })
  })

  test('says what became of the callback', async ({ serve, onTestFinished }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    const statuses = [500, 200]
    const receiver = createServer((_, response) => response.writeHead(statuses.shift() ?? 204).end())
    const notify_url = `http://127.0.0.1:${await listen(receiver, onTestFinished)}/n`
    await control.addTransfers([
      { out_bill_no: 'T1', notify_url },
      { out_bill_no: 'T2', notify_url: 'http://127.0.0.1:1/n' },
    ])

    const waiting = await cli(['transfer', 'show', 'T1', '--url', url])
    expect(waiting.stdout).toContain(`\n  Told at: ${notify_url}\n`)
    expect(waiting.stdout).not.toContain('Callback')
    const refused = await cli(['transfer', 'confirm', 'T1', '--url', url])
    expect(refused.stdout).toMatch(
      / {2}Callback MCHTRANSFER\.BILL\.FINISHED: answered with 500\. [^\n]+ Repeated at 2026-11-25T12:00:15\+08:00\.\n/,
    )
    await control.advance('PT15S')
    const taken = await cli(['transfer', 'show', 'T1', '--url', url, '--lang', 'zh'])
    expect(taken.stdout).toContain('  回调 MCHTRANSFER.BILL.FINISHED：应答 200\n')
    const nobody = await cli(['transfer', 'fail', 'T2', '--url', url, '--lang', 'zh'])
    expect(nobody.stdout).toContain(
      '  回调 MCHTRANSFER.BILL.FINISHED：连接被拒绝，该地址没有程序监听。将于 2026-11-25T12:00:30+08:00 重发。\n',
    )
    await control.reset()
    await control.addTransfer({ out_bill_no: 'T3', notify_url, state: 'SUCCESS' })
    const seeded = await cli(['transfer', 'show', 'T3', '--url', url])
    expect(seeded.stdout).not.toContain('Callback')
  })

  test('says that the page is dead of a transfer that is closed late', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    await connectControl(url).addTransfer({
      out_bill_no: 'T1',
      create_time: '2026-11-24T12:00:00+08:00',
      expire_time: '2026-11-25T12:47:00+08:00',
    })

    const shown = await cli(['transfer', 'show', 'T1', '--url', url])
    expect(shown.stdout).toContain('\n  Page on the phone: no longer opens, 24 hours after its creation\n')
    expect(shown.stdout).toContain('\n  Can be confirmed until: 2026-11-25T12:47:00+08:00\n')
    expect(await cli(['transfer', 'confirm', 'T1', '--url', url])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('its page can no longer be opened'),
    })
  })

  test('says what a transfer waits for that is short of money', async ({ serve }) => {
    const { url } = await serve(['--json'])
    await connectControl(url).addTransfer({
      out_bill_no: 'T1',
      lock_time: null,
      create_time: '2026-11-25T12:00:00+08:00',
      expire_time: '2099-11-25T12:00:00+08:00',
    })

    const [english, chinese] = await Promise.all(
      ['en', 'zh'].map((lang) => cli(['transfer', 'show', 'T1', '--url', url, '--lang', lang])),
    )
    expect(english?.stdout).toContain('PROCESSING')
    expect(english?.stdout).toContain('  Waits for: money: put some into the account, ')
    expect(chinese?.stdout).toContain('  等待：账户余额：请充值')
  })

  test('agrees to an authorization, shows and closes it', async ({ serve }) => {
    const { url } = await serve(['--json', '--clock', 'frozen@2026-11-25T12:00:00+08:00'])
    const control = connectControl(url)
    await control.addTransferAuthorization({ out_authorization_no: 'A1', openid: 'oUser', authorize_time: null })
    const { package_info = '', authorization_id } = await control.transferAuthorization('A1')
    const authorization = (...args: string[]) => cli(['transfer', ...args, '--authorization', '--url', url])

    expect(await cli(['transfer', 'confirm', 'A1', '--url', url])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'wechatpay-mock: There is no transfer A1, but an authorization with this number: add --authorization.\n',
    })
    const asked = (await authorization('show', 'A1')).stdout
    expect(asked).toMatch(/^Authorization A1: WAIT_USER_CONFIRM\n/)
    expect(asked).toContain(
      `${url}/_mock/transfer-page?mchId=1900000001&appId=wx0000000000000001&package=${encodeURIComponent(package_info)}\n`,
    )
    expect(await authorization('confirm', 'A1', '--package', 'x')).toMatchObject({ code: 1, stdout: '' })
    const agreed = await authorization('confirm', 'A1', '--package', package_info)
    expect(agreed).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^Authorization A1: TAKING_EFFECT\n {2}User: oUser\n/),
    })
    expect(agreed.stdout).toContain(
      `\n  Agreed: 2026-11-25T12:00:00+08:00\n  WeChat Pay authorization number: ${authorization_id}\n`,
    )
    expect(await authorization('confirm', 'A1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('authorization A1 is TAKING_EFFECT'),
    })
    const closed = await authorization('close', 'A1', '--lang', 'zh')
    expect(closed.stdout).toContain('授权 A1：CLOSED\n')
    expect(closed.stdout).toContain('USER_CLOSE')
    const json = await authorization('show', 'A1', '--json')
    expect(JSON.parse(json.stdout)).toEqual(await control.transferAuthorization('A1'))
    expect(await authorization('show', 'NONE')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^wechatpay-mock: There is no authorization NONE: [^\n]+\n$/),
    })
  })

  test('confirms a transfer without agreeing to what it asks for besides', async ({ serve }) => {
    const { url } = await serve(['--json'])
    const control = connectControl(url)
    const authorization = (out_authorization_no: string) => ({
      out_authorization_no,
      user_display_name: '张三',
      authorization_notify_url: 'http://127.0.0.1:1/a',
    })
    await control.addTransfers([
      { out_bill_no: 'T1', openid: 'oOne', authorization: authorization('A1') },
      { out_bill_no: 'T2', openid: 'oTwo', authorization: authorization('A2') },
    ])

    await cli(['transfer', 'confirm', 'T1', '--no-authorize', '--url', url])
    await cli(['transfer', 'confirm', 'T2', '--url', url])
    await expect(control.transferAuthorization('A1')).rejects.toMatchObject({ code: 'MOCK_AUTHORIZATION_UNKNOWN' })
    expect(await control.transferAuthorization('A2')).toMatchObject({ state: 'TAKING_EFFECT' })
  })

  test.for<[args: string[], message: string]>([
    [['pay', 'T1'], '<action> cannot be "pay": use one of confirm, dismiss, fail, cancel, close, show'],
    [['show', 'T1', '--reason', 'TRANSFER_RISK'], '--reason is for confirm, fail of a transfer only'],
    [['fail', 'T1', '--package', 'x'], '--package is for confirm, dismiss only'],
    [['show', 'T1', '--no-authorize'], '--no-authorize is for confirm of a transfer only'],
    [['confirm', 'A1', '--authorization', '--no-authorize'], '--no-authorize is for confirm of a transfer only'],
    [['confirm', 'A1', '--authorization', '--reason', 'OTHER_FAIL_REASON_TYPE'], '--reason is for confirm, fail of a'],
    [['fail', 'A1', '--authorization'], '--authorization is for confirm, close, show only'],
    [['close', 'A1'], 'close is for an authorization: add --authorization'],
    [['fail', 'T1', '--reason', 'RAIN'], 'such as NAME_NOT_CORRECT (see wechatpay-mock transfer --help)'],
    [['fail', 'T1', '--reason', 'NAME_WRONG'], 'such as NAME_NOT_CORRECT'],
    [['fail', 'T1', '--reason', 'account_frozen'], '; did you mean ACCOUNT_FROZEN? (see'],
    [['show', ''], '<number> is missing (see wechatpay-mock transfer --help)'],
    [['show', 'T1', '--url', 'http://127.0.0.1:1'], 'No mock answers at http://127.0.0.1:1'],
  ])('%j is misuse: one line and exit code 2', async ([args, message]) => {
    expect(await misuse(['transfer', ...args])).toContain(message)
  })
})
