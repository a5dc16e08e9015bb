import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command, ProxySettings, Sdk } from './sdk.ts'

/** How programs of a language are built, run and led through a proxy. */

const here = fileURLToPath(new URL('.', import.meta.url))
export const folderOf = (id: string): string => join(here, 'programs', id)
export const buildOf = (id: string): string => join(here, 'build', id)

function pinned(id: string, file: string, pattern: RegExp): string {
  const [, version] = pattern.exec(readFileSync(join(folderOf(id), file), 'utf8')) ?? []
  if (version === undefined) throw new Error(`${file} of ${id} does not say which version`)
  return version
}

const installed = (name: string): string =>
  JSON.parse(readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version

export const node = (name: string) =>
  ({
    id: name,
    name,
    language: 'Node',
    version: installed(name),
    tools: [],
    pins: [],
    install: [],
    notInstalled: 'failed',
    program: [process.execPath, join(folderOf(name), 'shop.mjs')],
  }) satisfies Partial<Sdk>

export const JVM_PROXY = '`-Dhttps.proxyHost`, `-Dhttps.proxyPort`, `-Djavax.net.ssl.trustStore`'

/** For a JVM that ends within seconds: it takes half as long when it compiles nothing in depth. */
export const SHORT_LIVED = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] as const

/** The same for Maven, after what the machine sets. */
export const SHORT_LIVED_MAVEN = {
  MAVEN_OPTS: [process.env.MAVEN_OPTS, ...SHORT_LIVED].filter(Boolean).join(' '),
} as const

export const PYTHON_TOOLS: readonly Command[] = [
  ['python3', '-m', 'pip', '--version'],
  ['python3', '-c', 'import venv'],
]

/** Installs what a file lists into an environment of its own, without the installer: to put that into each takes longer than the rest. */
export const pythonInstall = (venv: string, ...options: readonly string[]): readonly Command[] => [
  ['python3', '-m', 'venv', '--without-pip', venv],
  [
    'python3',
    ...['-m', 'pip', '--python', inVenv(venv, 'python'), 'install', '--quiet', '--no-compile'],
    ...[...options, '--requirement', 'requirements.txt'],
  ],
]

export const inVenv = (venv: string, program: string): string =>
  join(venv, process.platform === 'win32' ? 'Scripts' : 'bin', program)

/** The classes of a Java SDK and of its program. */
export const classPathOf = (id: string): string =>
  [join(buildOf(id), 'lib', '*'), join(buildOf(id), 'classes')].join(delimiter)

interface JavaProgram {
  /** The SDK's name, which is that of the folder of its program. Default: the id. */
  readonly name?: string
  /** A class in the folder of what is installed that extends that program. */
  readonly extension?: string
  /** Other classes in the folder of what is installed. */
  readonly more?: readonly string[]
}

/** @param id - names the folder of what is installed */
export const java = (id: string, { name = id, extension, more = [] }: JavaProgram = {}) => {
  const lib = join(buildOf(id), 'lib')
  const classes = join(buildOf(id), 'classes')
  const own = extension === undefined ? more : [extension, ...more]
  const sources = [join('..', name, 'Shop.java'), join('..', 'java', 'Steps.java'), ...own.map((one) => `${one}.java`)]
  return {
    id,
    name,
    language: 'Java',
    version: pinned(id, 'pom.xml', new RegExp(`<artifactId>${name}</artifactId>\\s*<version>(.*)</version>`)),
    tools: [
      ['java', '-version'],
      ['javac', '-version'],
      ['mvn', '-version'],
    ],
    pins: ['pom.xml', ...sources],
    install: [
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${lib}`],
      [
        ...(['javac', ...SHORT_LIVED.map((option) => `-J${option}`), '-encoding', 'UTF-8'] as const),
        ...['-d', classes, '-cp', join(lib, '*'), ...sources],
      ],
    ],
    env: SHORT_LIVED_MAVEN,
    notInstalled: 'failed',
    program: ['java', ...SHORT_LIVED, '-cp', classPathOf(id), extension ?? 'Shop'],
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

interface GoProgram {
  /** Default: `main.go`. */
  readonly sources?: readonly string[]
  /** A package in the folder of the program that writes another file of it, and the overlay with which it is built. */
  readonly generator?: string
}

export const go = (name: string, module: string, { sources = ['main.go'], generator }: GoProgram = {}) => {
  const shop = join(buildOf(name), 'shop')
  const overlay = join(buildOf(name), `${generator}.json`)
  return {
    id: name,
    name,
    language: 'Go',
    version: pinned(name, 'go.mod', new RegExp(`${module} v(\\S+)`)),
    tools: [['go', 'version']],
    pins: ['go.mod', 'go.sum', ...sources, ...(generator === undefined ? [] : [join(generator, 'main.go')])],
    install:
      generator === undefined
        ? [['go', 'build', '-mod=readonly', '-o', shop, '.']]
        : [
            ['go', 'run', `./${generator}`, overlay],
            ['go', 'build', '-mod=readonly', '-overlay', overlay, '-o', shop, '.'],
          ],
    notInstalled: 'failed',
    program: [shop],
    behindProxy: ({ url, trust }: ProxySettings) => ({ env: { HTTPS_PROXY: url, SSL_CERT_FILE: trust.bundle } }),
    notRunBehindProxy:
      process.platform === 'linux'
        ? undefined
        : 'Go reads SSL_CERT_FILE on Linux only, elsewhere the CA has to be installed',
  } satisfies Partial<Sdk>
}

/** @param id - as in Java */
export const python = (id: string, name = id) => {
  const venv = join(buildOf(id), 'venv')
  return {
    id,
    name,
    language: 'Python',
    version: pinned(id, 'requirements.txt', new RegExp(`^${name}==(\\S+)`, 'm')),
    tools: PYTHON_TOOLS,
    pins: ['requirements.txt'],
    install: pythonInstall(venv, '--no-deps'),
    notInstalled: 'failed',
    program: [inVenv(venv, 'python'), join(folderOf(name), 'shop.py')],
    behindProxy: ({ url, trust }: ProxySettings) => ({ env: { HTTPS_PROXY: url, REQUESTS_CA_BUNDLE: trust.bundle } }),
  } satisfies Partial<Sdk>
}

export const rust = (name: string) => {
  const target = join(buildOf(name), 'target')
  return {
    id: name,
    name,
    language: 'Rust',
    version: pinned(name, 'Cargo.toml', new RegExp(`^${name} = .*"=([^"]+)"`, 'm')),
    tools: [
      ['cargo', '--version'],
      // Which compiles what is in C of its TLS.
      ['cc', '--version'],
    ],
    pins: ['Cargo.toml', 'src/main.rs'],
    install: [['cargo', 'build', '--quiet', '--target-dir', target]],
    notInstalled: 'failed',
    program: [join(target, 'debug', 'shop')],
    behindProxy: ({ url, trust }: ProxySettings) => ({ env: { HTTPS_PROXY: url, SSL_CERT_FILE: trust.bundle } }),
  } satisfies Partial<Sdk>
}

/** Only where Composer gets it. */
export const php = (id: string, name: string) =>
  ({
    id,
    name: id,
    language: 'PHP',
    version: pinned(id, 'composer.json', new RegExp(`"${name}": "(.*)"`)),
    tools: [
      ['php', '--version'],
      ['composer', '--version'],
    ] as readonly Command[],
    pins: ['composer.json'],
    install: [['composer', 'update', '--no-interaction', '--quiet', '--no-dev']],
    notInstalled: 'not run',
    env: { COMPOSER_VENDOR_DIR: join(buildOf(id), 'vendor') },
    program: ['php', join(folderOf(id), 'shop.php')],
    behindProxy: ({ url, trust }: ProxySettings) => ({
      args: ['-d', `curl.cainfo=${trust.bundle}`],
      env: { HTTPS_PROXY: url },
    }),
  }) satisfies Partial<Sdk>
