/** The commands of the pages that readers have, and how each is run where a reader runs it. */
import { isChinese, pages } from '../../test/docs/markdown.ts'

/** A command of a page, or a block of them that belong together. */
export interface PageCommand {
  /** Page and line of the block. */
  readonly place: string
  /** As the page has it, without its comments. */
  readonly text: string
}

/** Pages for a checkout; `llms.txt` repeats the skill. Chinese pages have the commands of the English ones. */
const NOT_READ_ELSEWHERE = ['CONTRIBUTING.md', 'AGENTS.md', 'llms.txt']

/** Heredocs, variables and processes in the background are shared by the lines of a block. */
const BELONGS_TOGETHER = /<<|^\w+=\S+$|^export /m

/** Commands that are not run by this check: the start of each, and why. */
export const NOT_RUN: readonly (readonly [start: string, why: string])[] = [
  ['npm ci', 'it is for a checkout, where CI runs it'],
  ['docker ', '`npm run check:image` builds and runs the image'],
  ['WECHATPAY_MOCK_CONTROL_TOKEN=any-words docker ', '`npm run check:image` builds and runs the image'],
  ['build/wechatpay-mock-linux-x64 ', '`npm run check:binary` runs the executable'],
  ['claude ', 'it is a command of an assistant, which would have to be installed'],
  ['pip install ', '`npm run test:sdk` installs it from PyPI'],
  ['npx wechatpay-mock pact front', '`npm run test:sdk -- contracts` runs it with the Pact of each language'],
  ['npm install --no-save @pact-foundation/pact-core', '`npm run test:sdk -- contracts` runs Go with the library'],
  ['pact verifier ', '`npm run test:sdk -- contracts` runs it'],
  ['export PACT_BROKER_BASE_URL=', 'it needs a broker; test/contracts has a small one'],
  ['npx --yes --package=@pact-foundation/pact-cli ', 'it needs a broker and a repository'],
  ['npx wechatpay-mock pact observe --broker ', 'it needs a broker; test/contracts has a small one'],
  ['pact-broker ', 'it needs a broker'],
  ['npx wechatpay-mock serve --port 8089 --store ', '`npm run test:redis` runs it with a Redis'],
  ['npx wechatpay-mock serve --port 8090 --store ', '`npm run test:redis` runs it with a Redis'],
]

/** Commands that end with another exit code than 0, which is their answer. */
export const EXIT_CODES: readonly (readonly [start: string, code: number, why: string])[] = [
  ['npx wechatpay-mock explain ', 1, 'the messages of this check have a wrong signature'],
  [
    'npx wechatpay-mock gauntlet ',
    1,
    'the SDK takes a refusal that was turned into 200, and the receiver takes everything',
  ],
  ['npx wechatpay-mock pact verify pacts/*.json --min-evidence ', 1, 'a refusal of the contract is inferred'],
  ['npx opc ', 1, 'one contract of the tests does not agree on Authorization'],
  ['curl http://127.0.0.1:8089/_mock/cashier ', 22, 'the page has dots for what the mock gave out'],
  ['curl http://127.0.0.1:8089/_mock/transfer-page ', 22, 'the page has dots for what the mock gave out'],
]

/** Commands that run until they are ended. */
export const isServer = (text: string): boolean => /^npx wechatpay-mock(?: (?:--|serve\b).*)?$/.test(text)

/** All commands that a reader finds on a page. */
export const pageCommands: readonly PageCommand[] = pages
  .filter((page) => !isChinese(page) && !NOT_READ_ELSEWHERE.includes(page.path))
  .flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code, line }) => commandsIn(code).map((text) => ({ place: `${path}:${line}`, text }))),
  )

/** Commands of a block for the shell. @internal */
export function commandsIn(code: string): readonly string[] {
  const plain = code
    .replaceAll(/\\\n\s*/g, '')
    .replaceAll(/(?:^|[ \t]+)#[ \t].*$/gm, '')
    .trim()
  return BELONGS_TOGETHER.test(plain) ? [plain] : plain.split('\n').filter((line) => line !== '')
}

/**
 * Each command once, those of the package once with the same options, and of installations only what is not there yet. Tests of the documentation read
 * the values of all of them.
 *
 * @param firstInstall the installation that comes before all commands
 */
export function withoutRepeats(commands: readonly PageCommand[], firstInstall: string): readonly PageCommand[] {
  const installed = firstInstall.split(' ')
  const kinds = new Set<string>()
  return commands.flatMap(({ place, text }) => {
    const left = text
      .split('\n')
      .flatMap((line) => withoutInstalled(line, installed) ?? [])
      .join('\n')
    const kind = kindOf(left)
    if (left === '' || kinds.has(kind)) return []
    kinds.add(kind)
    return [{ place, text: left }]
  })
}

/** The part of an installation that is not there yet, if any; any other line unchanged. */
function withoutInstalled(line: string, installed: readonly string[]): string | undefined {
  if (!line.startsWith('npm install ')) return line
  const left = line.split(' ').filter((word) => !installed.includes(word) || /^(?:npm|install|-.*)$/.test(word))
  return left.slice(2).some((word) => !word.startsWith('-')) ? left.join(' ') : undefined
}

/** The name and the options of a command of the package; all of another one, and of one whose output another may read. */
function kindOf(text: string): string {
  const [, name, rest] = /^npx wechatpay-mock((?: [a-z]+(?= |$))+)([^>|&\n]*)$/.exec(text) ?? []
  if (name === undefined || rest === undefined) return text
  return [name, ...(/^(.*?)(?: -- |$)/.exec(rest)?.[1]?.match(/--[\w-]+/g) ?? []).toSorted()].join(' ')
}
