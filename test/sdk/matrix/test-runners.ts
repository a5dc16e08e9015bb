import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CodeFormName } from '../../../src/control/client-setup/snippet-languages.ts'
import type { Command } from './sdk.ts'
import { sdkNamed } from './sdks.ts'
import { folderOf } from './tool-chains.ts'

/** How a test is run, in a folder that has what its SDK needs. */
interface Runner {
  /** Adds files to the folder. Default: those that programs of the language need. */
  readonly prepare?: (folder: string) => Promise<void>
  readonly command: (file: string) => Command
}

const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url))

/** Adds the module of a program with the SDK for Go. */
export async function prepareGo(folder: string): Promise<void> {
  for (const file of ['go.mod', 'go.sum']) await cp(join(folderOf('wechatpay-go'), file), join(folder, file))
}

/** By the form of code, which says the runner's name. */
export const RUNNERS: Readonly<Partial<Record<CodeFormName, Runner>>> = {
  vitest: { command: (file) => [process.execPath, vitest, 'run', '--root', '.', file] },
  pytest: { command: (file) => [sdkNamed('wechatpayv3').program[0], '-m', 'pytest', '-q', file] },
  go_test: { prepare: prepareGo, command: () => ['go', 'test', '-count=1', '.'] },
  junit: {
    async prepare(folder) {
      await mkdir(join(folder, 'src/test/java'), { recursive: true })
      const project = await readFile(join(folderOf('wechatpay-java'), 'pom.xml'), 'utf8')
      await writeFile(
        join(folder, 'pom.xml'),
        project.replace('</dependencies>', IN_MAVEN).replace('<plugins>', PLUGINS),
      )
    },
    command: () => ['mvn', '-B', '-ntp', 'test'],
  },
}

const IN_MAVEN = `  <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>5.11.4</version>
      <scope>test</scope>
    </dependency>
  </dependencies>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>`

const PLUGINS = `<plugins>
      <plugin>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.14.0</version>
      </plugin>
      <plugin>
        <artifactId>maven-surefire-plugin</artifactId>
        <version>3.5.3</version>
      </plugin>`
