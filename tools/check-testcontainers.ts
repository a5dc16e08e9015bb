/**
 * `npm run check:testcontainers`: runs the programs of `examples/testcontainers` with Testcontainers for Java, Go, Node and Python, depending on the
 * tool chains of the machine; the packages come from Maven Central, the Go module proxy, the npm registry and PyPI. Docker is podman here, with the
 * image that `npm run check:image` checks.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Podman } from './binary/podman.ts'

const examples = fileURLToPath(new URL('../examples/testcontainers/', import.meta.url))

interface Example {
  readonly file: string
  /** Path of the file in its project. */
  readonly place: string
  readonly project?: { readonly file: string; readonly text: string }
  readonly commands: readonly (readonly [program: string, ...args: string[]])[]
}

const dependency = (id: string, version: string) => {
  const [group, artifact] = id.split(':')
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
}

const EXAMPLES: readonly Example[] = [
  {
    file: 'ShopTest.java',
    place: 'src/test/java/ShopTest.java',
    project: {
      file: 'pom.xml',
      text: `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
<properties><maven.compiler.release>17</maven.compiler.release></properties>
<dependencies>${dependency('org.testcontainers:testcontainers-junit-jupiter', '2.0.2')}${dependency('org.junit.jupiter:junit-jupiter', '5.13.4')}</dependencies>
<build><plugins>
<plugin><artifactId>maven-compiler-plugin</artifactId><version>3.14.1</version></plugin>
<plugin><artifactId>maven-surefire-plugin</artifactId><version>3.5.4</version></plugin>
</plugins></build>
</project>
`,
    },
    commands: [['mvn', '--batch-mode', '--quiet', 'test']],
  },
  {
    file: 'shop_test.go',
    place: 'shop_test.go',
    commands: [
      ['go', 'mod', 'init', 'shop'],
      ['go', 'mod', 'tidy'],
      ['go', 'test', './...'],
    ],
  },
  {
    file: 'shop.test.mjs',
    place: 'shop.test.mjs',
    commands: [
      ['npm', 'install', '--no-audit', '--no-fund', 'testcontainers'],
      [process.execPath, '--test', 'shop.test.mjs'],
    ],
  },
  {
    file: 'test_shop.py',
    place: 'test_shop.py',
    commands: [
      ['python3', '-m', 'venv', 'venv'],
      ['venv/bin/python', '-m', 'pip', 'install', '--quiet', 'testcontainers', 'pytest'],
      ['venv/bin/python', '-m', 'pytest', '-q', 'test_shop.py'],
    ],
  },
]

const podman = new Podman()
try {
  const missing = podman.install()
  if (missing !== undefined) throw new Error(missing)
  podman.build()
  const env = {
    ...process.env,
    DOCKER_HOST: await podman.serveDocker(),
    // Its clean-up container comes from a registry.
    TESTCONTAINERS_RYUK_DISABLED: 'true',
    // Podman runs beside this process, even where that is in a container itself.
    TESTCONTAINERS_CONNECTION_MODE: 'docker_host',
  }
  for (const example of EXAMPLES) tryOut(example, env)
} finally {
  podman.remove()
}

function tryOut({ file, place, project, commands }: Example, env: NodeJS.ProcessEnv): void {
  const [[tool = ''] = []] = commands
  if (spawnSync(tool, ['--help']).error) {
    console.log(`not run: ${file}, since there is no ${tool} on this machine`)
    return
  }
  const cwd = join(podman.store, file)
  mkdirSync(join(cwd, place, '..'), { recursive: true })
  copyFileSync(join(examples, file), join(cwd, place))
  if (project) writeFileSync(join(cwd, project.file), project.text)
  for (const [program, ...args] of commands) {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${file}: ${program} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`)
  }
  console.log(`ok  ${file}`)
}
