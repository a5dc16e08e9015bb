/**
 * `npm run check:image`: builds the image and runs it with podman, which it installs if allowed (that takes root and apt-get).
 *
 * Does not need a registry: the first stage of the Dockerfile, which builds the executable in Node's image, is replaced by the result of `npm run
 * build:binary` on this machine. If a container cannot be run, it reports the obstacle, checks the image, and runs the executable as the image's user
 * in a chroot instead.
 */
import { spawnSync } from 'node:child_process'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectControl } from 'wechatpay-mock'
import { associateCall, COUPON, ORDER, SIGN_ASSOCIATE } from './binary/associate.ts'
import { BareMachine } from './binary/bare-machine.ts'
import { check, passed } from './binary/check.ts'
import { IMAGE, Podman } from './binary/podman.ts'
import { make } from './reliability/signed-calls.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const podman = new Podman()
const USER = '65532'
const TOKEN = 'a-control-token'

/** Options of every container: the limits of this machine, and no timer for the health check, which is run by hand. */
const PLAIN = ['--ulimit', 'host', '--health-interval', 'disable'] as const

function checkConfiguration(): void {
  const [{ Config: config, Healthcheck: health, Size: size }] = JSON.parse(podman.run('image', 'inspect', IMAGE))
  const { User, ExposedPorts, Volumes, Entrypoint, Cmd } = config
  check(
    User === `${USER}:${USER}` &&
      '8089/tcp' in ExposedPorts &&
      '/data' in Volumes &&
      !Cmd &&
      health.Test.join(' ') === 'CMD /wechatpay-mock health' &&
      Entrypoint.join() === '/wechatpay-mock',
    config,
  )
  const container = podman.run('create', ...PLAIN, IMAGE)
  const files =
    podman.run('export', '--output', join(podman.store, 'files.tar'), container) +
    spawnSync('tar', ['-tvf', join(podman.store, 'files.tar')], { encoding: 'utf8' }).stdout
  podman.run('rm', container)
  const programs = files
    .split('\n')
    .filter((line) => /^-..x/.test(line) && !/\/lib.*\.so/.test(line) && !/ld-linux/.test(line))
  check(programs.length === 1 && programs[0]?.endsWith(' wechatpay-mock') === true, programs)
  passed(`the image: ${Math.round(size / 1e6)} MB, one program and its libraries, user ${USER}, a health check`)
}

async function checkContainers(): Promise<void> {
  const withoutToken = podman.tried('run', '--rm', ...PLAIN, IMAGE)
  check(
    withoutToken.status === 2 && /^wechatpay-mock: .*\bWECHATPAY_MOCK_CONTROL_TOKEN\b.*\n$/m.test(withoutToken.stderr),
    withoutToken,
  )
  passed('without a control token it does not start, and says so')

  podman.run('network', 'create', 'shop-network')
  const serve = async (...options: readonly string[]): Promise<string> => {
    podman.run(
      ...[
        'run',
        '--detach',
        '--name',
        'wechatpay',
        '--network',
        'shop-network',
        '--publish',
        '127.0.0.1::8089',
        ...PLAIN,
      ],
      ...['--volume', 'wechatpay-data:/data', '--env', `WECHATPAY_MOCK_CONTROL_TOKEN=${TOKEN}`],
      ...[
        '--env',
        'WECHATPAY_MOCK_ALLOW_HOST=wechatpay',
        '--env',
        'WECHATPAY_MOCK_ALLOW_CALLBACK_HOST=shop',
        ...options,
        IMAGE,
      ],
    )
    const address = `http://${podman.run('port', 'wechatpay', '8089')}`
    await until('wechatpay', 'its health', () => podman.tried('healthcheck', 'run', 'wechatpay').status === 0)
    return address
  }
  const url = await serve()
  // As seen inside the container: without root, podman gives its users other numbers outside.
  const user = podman.run('top', 'wechatpay', 'user').split('\n').at(-1)
  check(user === USER, user)
  check(podman.tried('exec', 'wechatpay', 'sh', '-c', 'true').status !== 0, 'a shell')
  passed('it runs as the user it should, is healthy, and has no shell')

  const agent = new Agent()
  const authorization = podman.run('exec', 'wechatpay', '/wechatpay-mock', ...SIGN_ASSOCIATE)
  await make(associateCall(authorization), url, agent)
  agent.destroy()
  podman.run('run', '--rm', '--network', 'shop-network', ...PLAIN, IMAGE, 'health', '--url', 'http://wechatpay:8089')
  passed('an associate from the host, and health from another container by name')

  const control = connectControl(url, { token: TOKEN })
  podman.run(
    ...['run', '--detach', '--name', 'shop', '--network', 'shop-network', ...PLAIN, '--entrypoint', '/node'],
    ...['--volume', `${process.execPath}:/node:ro`, '--volume', `${join(root, 'tools/binary/shop.ts')}:/shop.ts:ro`],
    ...['--env', 'MOCK_URL=http://wechatpay:8089', '--env', `MOCK_TOKEN=${TOKEN}`, IMAGE, '/shop.ts'],
  )
  // It is unsigned.
  await until('shop', 'its call', () => podman.tried('logs', 'shop').stdout.includes('answered over TLS: HTTP/1.1 400'))
  await control.addOrder({ out_trade_no: 'CONTAINERS_1', state: 'NOTPAY', notify_url: 'http://shop:3000/notify' })
  await control.payOrder('CONTAINERS_1')
  await until('shop', 'the callback', () => podman.tried('logs', 'shop').stdout.includes('callback: POST /notify '))
  passed("the shop's container fetches the CA, calls https://api.mch.weixin.qq.com, and gets its callback")

  podman.run('stop', '--time', '10', 'wechatpay')
  const exit = podman.run('inspect', '--format', '{{.State.ExitCode}}', 'wechatpay')
  podman.run('rm', 'wechatpay')
  check(exit === '0', exit)
  const again = connectControl(await serve('--read-only', '--cap-drop', 'all'), { token: TOKEN })
  const coupon = await again.coupon(...COUPON)
  check(JSON.stringify(coupon).includes(ORDER), coupon)
  passed('it stops at once; a new container, read-only and without capabilities, finds the data in the volume')

  podman.run('run', '--rm', '--user', '12345', ...PLAIN, IMAGE, 'ca', '--pem')
  passed('it runs as any other user')
}

/** Waits, for at most a minute, until a condition holds for a container. */
async function until(container: string, what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!holds()) {
    const { stdout, stderr } = podman.tried('logs', container)
    if (performance.now() > end) throw new Error(`${what} did not come: ${stdout}${stderr}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Checks of the image that do not need a container. */
async function checkParts(): Promise<void> {
  const machine = new BareMachine(USER)
  try {
    const { stdout, code } = await machine.run(['ca', '--pem', '--data-dir', machine.path('/data/ca')])
    check(code === 0 && stdout.includes('BEGIN CERTIFICATE'), { stdout, code })
    passed(
      machine.isChroot
        ? `in a chroot, as user ${USER}, it makes its CA in /data`
        : 'with an empty environment it makes its CA',
    )
  } finally {
    machine.remove()
  }
}

try {
  const unbuilt = podman.install() ?? podman.obstacleToBuilding()
  if (unbuilt === undefined) {
    podman.build()
    checkConfiguration()
  }
  const obstacle = unbuilt ?? podman.obstacleTo('run', '--rm', ...PLAIN, IMAGE, '--version')
  if (obstacle === undefined) await checkContainers()
  else {
    console.log(`${unbuilt === undefined ? 'No container can be run here' : 'No image can be built here'}: ${obstacle}`)
    await checkParts()
  }
} finally {
  podman.remove()
}
