import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect } from 'vitest'
import { mergeWorlds } from '../../src/cli/commands/seed.ts'
import { connectControl } from '../../src/mock-control.ts'
import { scenario, scenarios } from '../../src/products/scenarios/index.ts'
import { cli, MAIN, NODE, run, test } from './cli.ts'

describe.concurrent('seed', () => {
  test.for(Object.keys(scenarios))('writes the scenario %s', async (name) => {
    const { code, stdout } = await cli(['seed', name])
    const { $schema: _, ...world } = scenario(name)

    expect({ code, world: JSON.parse(stdout) }).toEqual({ code: 0, world })
  })

  test('the scenario default is what it writes if nothing is asked for', async () => {
    expect(await cli(['seed'])).toEqual(await cli(['seed', 'default']))
  })

  test('--list tells what there is', async () => {
    const [text, json] = await Promise.all([cli(['seed', '--list']), cli(['seed', '--list', '--json'])])
    const expected = Object.entries(scenarios).map(([name, { description }]) => ({ name, description }))

    expect(JSON.parse(json.stdout)).toEqual({ scenarios: expected })
    for (const { name, description } of expected)
      expect(text.stdout).toMatch(new RegExp(`^${name} +${description?.slice(0, 20)}`, 'm'))
  })

  test('--list speaks Chinese, of every scenario', async () => {
    const [text, json] = await Promise.all([
      cli(['seed', '--list', '--lang', 'zh']),
      cli(['seed', '--list', '--lang', 'zh', '--json']),
    ])
    const { scenarios: list } = JSON.parse(json.stdout) as { scenarios: { name: string; description: string }[] }

    expect(list.map(({ name }) => name)).toEqual(Object.keys(scenarios))
    for (const { name, description } of list) {
      expect(description).toMatch(/^[\u4e00-\u9fff].*。$/)
      expect(text.stdout).toContain(`${name} `)
      expect(text.stdout).toContain(`${description}\n`)
    }
  })

  test('the same random seed makes the same file, another one another', async () => {
    const make = (...more: string[]) => cli(['seed', '--coupons', '50', ...more])
    const [standard, same, other] = await Promise.all([
      make(),
      make('--random-seed', '42'),
      make('--random-seed', '43'),
    ])

    expect(JSON.parse(standard.stdout).coupons).toHaveLength(50)
    expect(same).toEqual(standard)
    expect(other.stdout).not.toBe(standard.stdout)
  })

  test('what it writes, serve starts with', async ({ cwd, serve }) => {
    const { code, stdout } = await cli(['seed', 'default', '--coupons', '30', '--out', 'seed.json'], { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^seed\.json: \d+ bytes\n$/) })

    const { url } = await serve(['--json', '--seed', 'seed.json'], { cwd })
    const { coupons = [] } = await connectControl(url).world()
    expect(coupons).toHaveLength(30 + (scenario('default').coupons?.length ?? 0))
    expect(coupons.filter(({ coupon_code }) => coupon_code === 'sxxe34343434')).toHaveLength(1)
  })

  test('a file names its schema, one thing a line', async ({ cwd }) => {
    const { stdout } = await cli(['seed', 'default', '--out', 'seed.json', '--json'], { cwd })
    const text = await readFile(join(cwd, 'seed.json'), 'utf8')
    const { $schema } = JSON.parse(text)

    expect(JSON.parse(stdout)).toEqual({ file: 'seed.json', bytes: Buffer.byteLength(text) })
    expect(JSON.parse(await readFile(resolve(cwd, $schema), 'utf8'))).toHaveProperty('$schema')
    expect(text).toMatch(/^ {2}\{"stock_id":"100088","coupon_code":"sxxe34343434",.*\},$/m)
  })

  test('a file appears whole or not at all', async ({ cwd }) => {
    await mkdir(join(cwd, 'seed.json'))

    expect(await cli(['seed', '--out', 'seed.json'], { cwd })).toMatchObject({ code: 2 })
    expect((await run('ls', ['-A'], { cwd })).stdout).toBe('seed.json\n')
  })

  test('a file that is there is left alone, unless forced', async ({ cwd }) => {
    await writeFile(join(cwd, 'seed.json'), 'mine')
    const [english, chinese] = await Promise.all(
      ['en', 'zh'].map((lang) => cli(['seed', '--out', 'seed.json', '--lang', lang], { cwd })),
    )

    expect(english).toEqual({
      code: 2,
      stdout: '',
      stderr: 'wechatpay-mock: Already there, and replaced only with --force: seed.json\n',
    })
    expect(chinese?.stderr).toBe('wechatpay-mock: seed.json 已存在，确认替换请加 --force\n')
    expect(await readFile(join(cwd, 'seed.json'), 'utf8')).toBe('mine')

    expect(await cli(['seed', '--out', 'seed.json', '--force'], { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(await readFile(join(cwd, 'seed.json'), 'utf8'))).toHaveProperty('coupons')
  })

  test('a device is written into, not replaced', async ({ cwd }) => {
    await run('mkfifo', ['pipe'], { cwd })
    const [{ stdout }] = await Promise.all([
      run('cat', ['pipe'], { cwd }),
      cli(['seed', 'empty', '--out', 'pipe'], { cwd }),
    ])

    expect(JSON.parse(stdout)).toHaveProperty('description')
  })

  test('a reader that has seen enough ends it quietly', async () => {
    const script = `set -o pipefail; '${NODE}' '${MAIN}' seed --coupons 20000 | head -c 100 > /dev/null`

    expect(await run('bash', ['-c', script])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('worlds put together', () => {
  test('a scenario and itself are that scenario', () => {
    for (const world of Object.values(scenarios)) {
      const { description, ...rest } = mergeWorlds([world, world])

      expect({ ...rest, $schema: world.$schema }).toEqual({ ...world, description: undefined })
      expect(description).toContain(world.description)
    }
  })

  test('merchants without a number are as many merchants', () => {
    expect(mergeWorlds([{ merchants: [{}] }, { merchants: [{}, {}] }]).merchants).toHaveLength(3)
  })

  test('of two things with the same id the later one stays, what has none is kept', () => {
    const world = mergeWorlds([
      {
        description: 'One.',
        coupons: [{ stock_id: '1', coupon_code: 'A', state: 'USED' }, { stock_id: '1' }],
        orders: [{ out_trade_no: 'O' }],
      },
      {
        description: 'Two.',
        coupons: [
          { stock_id: '1', coupon_code: 'A', state: 'SENDED' },
          { stock_id: '1' },
          { stock_id: '2', coupon_code: 'A' },
        ],
        orders: [{ out_trade_no: 'O', mchid: '1900000002' }],
      },
    ])

    expect(world).toEqual({
      description: 'One. Two.',
      coupons: [
        { stock_id: '1', coupon_code: 'A', state: 'SENDED' },
        { stock_id: '1' },
        { stock_id: '1' },
        { stock_id: '2', coupon_code: 'A' },
      ],
      orders: [{ out_trade_no: 'O' }, { out_trade_no: 'O', mchid: '1900000002' }],
    })
  })
})
