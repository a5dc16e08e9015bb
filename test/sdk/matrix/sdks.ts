import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TrustFiles } from '../../../src/tls/trust-files.ts'

/** One of the two kinds of platform keys that a merchant has. */
export type Keys = 'certificate' | 'public-key'

/** How a program reaches the mock: told where by its own configuration, or told nothing, with a forward proxy around it. */
export type Way = 'base URL' | 'proxy'

export const KEYS: readonly Keys[] = ['certificate', 'public-key']
export const WAYS: readonly Way[] = ['base URL', 'proxy']

export const STEPS = [
  'associate',
  'query',
  'disassociate',
  'use',
  'error',
  'tampered',
  'certificates',
  'callback',
] as const
export type Step = (typeof STEPS)[number]

export type Command = readonly [program: string, ...args: string[]]

/** What a runtime is given around a program that knows nothing of the mock. */
export interface ProxySettings {
  readonly url: string
  readonly trust: TrustFiles
  /** `NODE_OPTIONS` that lead Node programs to the mock whose HTTP client looks at no proxy. */
  readonly nodeOptions: string
}

/** What an SDK cannot do, and what comes of it when it is asked, so that the day it can is noticed: an answer, or what it fails with. */
export interface Inability {
  readonly step: Step
  readonly keys: readonly Keys[]
  readonly reason: string
  readonly instead: 'answer' | RegExp
}

/** A real SDK with a program that uses it. */
export interface Sdk {
  readonly name: string
  readonly language: string
  readonly version: string
  /** Answers when the tool chain is there. */
  readonly tools: readonly Command[]
  /** Files that say what is installed. */
  readonly pins: readonly string[]
  /** Gets and builds it; run in the folder of the program. */
  readonly install: readonly Command[]
  /** What comes of it when it cannot be got: no machine can be asked to reach every registry. */
  readonly notInstalled: 'failed' | 'not run'
  /** For its installation and its program. */
  readonly env?: Readonly<Record<string, string>>
  readonly program: Command
  /** How the program is told of the mock where it is told, and what is set around it where it is not; for the page. */
  readonly told: Readonly<Record<Way, string>>
  /** In front of the program's own arguments, and in its environment. */
  readonly behindProxy: (settings: ProxySettings) => {
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  }
  /** What the program says when an answer's signature does not verify. */
  readonly rejection: RegExp
  readonly inabilities: readonly Inability[]
  /** Why it is not run behind a proxy on this machine, where that is so. */
  readonly notRunBehindProxy?: string | undefined
  readonly remarks?: readonly string[]
}

const here = fileURLToPath(new URL('.', import.meta.url))
export const folderOf = (name: string): string => join(here, 'programs', name)
export const buildOf = (name: string): string => join(here, 'build', name)

function pinned(name: string, file: string, pattern: RegExp): string {
  const [, version] = pattern.exec(readFileSync(join(folderOf(name), file), 'utf8')) ?? []
  if (version === undefined) throw new Error(`${file} of ${name} does not say which version`)
  return version
}

const installed = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version

const node = (name: string) => ({
  name,
  language: 'Node',
  version: installed(name),
  tools: [],
  pins: [],
  install: [],
  notInstalled: 'failed' as const,
  program: [process.execPath, join(folderOf(name), 'shop.mjs')] satisfies Command,
})

const java = (name: string) => {
  const lib = join(buildOf(name), 'lib')
  const classes = join(buildOf(name), 'classes')
  return {
    name,
    language: 'Java',
    version: pinned(name, 'pom.xml', new RegExp(`<artifactId>${name}</artifactId>\\s*<version>(.*)</version>`)),
    tools: [
      ['java', '-version'],
      ['javac', '-version'],
      ['mvn', '-version'],
    ],
    pins: ['pom.xml', 'Shop.java'],
    install: [
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
      ['javac', '-d', classes, '-cp', join(lib, '*'), 'Shop.java'],
    ],
    notInstalled: 'failed',
    program: ['java', '-cp', [join(lib, '*'), classes].join(delimiter), 'Shop'],
    behindProxy: ({ url, trust }: ProxySettings) => {
      const { hostname, port } = new URL(url)
      return {
        args: [
          `-Dhttps.proxyHost=${hostname}`,
          `-Dhttps.proxyPort=${port}`,
          `-Djavax.net.ssl.trustStore=${trust.javaTrustStore}`,
        ],
      }
    },
  } satisfies Partial<Sdk>
}

const JVM_PROXY = '`-Dhttps.proxyHost`, `-Dhttps.proxyPort`, `-Djavax.net.ssl.trustStore`'

export const sdks: readonly Sdk[] = [
  {
    ...node('wechatpay-axios-plugin'),
    told: { 'base URL': '`baseURL`', proxy: '`HTTPS_PROXY`, `NODE_EXTRA_CA_CERTS`' },
    behindProxy: ({ url, trust }) => ({ env: { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: trust.certificate } }),
    rejection: /^EV3_RES_HEADER_SIGNATURE_DIGEST/,
    inabilities: [],
    remarks: ['It takes the keys of answers from its caller; what it downloads it decrypts, with its own helpers.'],
  },
  {
    ...node('wechatpay-node-v3'),
    told: {
      'base URL': '`createHttp`',
      proxy: '`NODE_OPTIONS` as `wechatpay-mock run` sets it, `NODE_EXTRA_CA_CERTS`',
    },
    behindProxy: ({ trust, nodeOptions }) => ({
      env: { NODE_OPTIONS: nodeOptions, NODE_EXTRA_CA_CERTS: trust.certificate },
    }),
    rejection: /./,
    inabilities: [
      {
        step: 'tampered',
        keys: KEYS,
        reason: 'it never verifies an answer: what was changed on the way is taken for genuine',
        instead: 'answer',
      },
      {
        step: 'callback',
        keys: ['public-key'],
        reason: 'it verifies callbacks with certificates only, which it downloads, and such a merchant has none',
        instead: /^拉取平台证书失败$/,
      },
      {
        step: 'certificates',
        keys: ['public-key'],
        reason: 'it says that the download failed, and nothing of the error answer that it was given',
        instead: /^拉取平台证书失败$/,
      },
    ],
    remarks: [
      'Its HTTP client looks at no proxy, whatever `HTTPS_PROXY` and `NODE_USE_ENV_PROXY` say.',
      'It decrypts what it downloads, and does not verify the answer that it came in.',
      'It has no coupon calls of its own: the program makes them as its own calls are made.',
    ],
  },
  {
    ...java('wechatpay-java'),
    told: { 'base URL': '`okHttpClient` with an interceptor, `httpClientBuilder`', proxy: JVM_PROXY },
    rejection: /^com\.wechat\.pay\.java\.core\.exception\.ValidationException/,
    inabilities: [],
  },
  {
    ...java('wechatpay-apache-httpclient'),
    told: { 'base URL': '`setRoutePlanner`', proxy: JVM_PROXY },
    rejection: /应答的微信支付签名验证失败/,
    inabilities: [],
    remarks: [
      'It does not read `-Dhttps.proxyHost` by itself: the program hands it on with `withProxy` and `CertificatesManager.setProxy`, as a shop behind any proxy does.',
      'By `setRoutePlanner` it is given the platform certificate: `CertificatesManager` downloads from the host that is fixed in it, or through a proxy.',
    ],
  },
  {
    name: 'wechatpay-go',
    language: 'Go',
    version: pinned('wechatpay-go', 'go.mod', /wechatpay-apiv3\/wechatpay-go v(\S+)/),
    tools: [['go', 'version']],
    pins: ['go.mod', 'go.sum', 'main.go'],
    install: [['go', 'build', '-mod=readonly', '-o', join(buildOf('wechatpay-go'), 'shop'), '.']],
    notInstalled: 'failed',
    program: [join(buildOf('wechatpay-go'), 'shop')],
    told: {
      'base URL': '`option.WithHTTPClient` with a `RoundTripper`, `RegisterDownloaderWithClient`',
      proxy: '`HTTPS_PROXY`, `SSL_CERT_FILE`',
    },
    behindProxy: ({ url, trust }) => ({ env: { HTTPS_PROXY: url, SSL_CERT_FILE: trust.bundle } }),
    rejection: /validate verify fail/,
    inabilities: [],
    notRunBehindProxy:
      process.platform === 'linux'
        ? undefined
        : 'Go reads SSL_CERT_FILE on Linux only, elsewhere the CA has to be installed',
  },
  {
    name: 'wechatpayv3',
    language: 'Python',
    version: pinned('wechatpayv3', 'requirements.txt', /^wechatpayv3==(\S+)/m),
    tools: [['python3', '-c', 'import ensurepip, venv']],
    pins: ['requirements.txt'],
    install: [
      ['python3', '-m', 'venv', join(buildOf('wechatpayv3'), 'venv')],
      [venv('python'), '-m', 'pip', 'install', '--quiet', '--no-deps', '--requirement', 'requirements.txt'],
    ],
    notInstalled: 'failed',
    program: [venv('python'), join(folderOf('wechatpayv3'), 'shop.py')],
    told: { 'base URL': '`_core._gate_way`, with `cert_dir`', proxy: '`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`' },
    behindProxy: ({ url, trust }) => ({ env: { HTTPS_PROXY: url, REQUESTS_CA_BUNDLE: trust.bundle } }),
    rejection: /failed to verify the signature/,
    inabilities: [],
    remarks: ['It has no base URL option; the attribute is private.'],
  },
  {
    name: 'wechatpay-php',
    language: 'PHP',
    version: pinned('wechatpay-php', 'composer.json', /"wechatpay\/wechatpay": "(.*)"/),
    tools: [
      ['php', '--version'],
      ['composer', '--version'],
    ],
    pins: ['composer.json'],
    install: [['composer', 'update', '--no-interaction', '--quiet', '--no-dev']],
    notInstalled: 'not run',
    env: { COMPOSER_VENDOR_DIR: join(buildOf('wechatpay-php'), 'vendor') },
    program: ['php', join(folderOf('wechatpay-php'), 'shop.php')],
    told: { 'base URL': '`base_uri`', proxy: '`HTTPS_PROXY`, `php -d curl.cainfo=…`' },
    behindProxy: ({ url, trust }) => ({ args: ['-d', `curl.cainfo=${trust.bundle}`], env: { HTTPS_PROXY: url } }),
    rejection: /Verify the response's data with: .* failed/,
    inabilities: [],
    remarks: [
      'The package is `wechatpay/wechatpay`. `examples/php` makes the call in the six ways in which the SDK writes it.',
    ],
  },
]

function venv(program: string): string {
  return join(buildOf('wechatpayv3'), 'venv', process.platform === 'win32' ? 'Scripts' : 'bin', program)
}
