import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isChinese, pages, read, root } from './markdown.ts'

/** Commands that install or run a package, up to where a shell or a sentence ends them. */
const COMMAND =
  /\b(?:npm (?:install|i|add|exec|x)|npx|pnpm (?:add|install|i|dlx)|yarn (?:add|dlx)|bunx?(?: add)?)\b[^\n`|&;"#，。）]*/g

/** Commands of a text that ask a registry for wechatpay-mock, where no version of it is. */
function askingARegistry(text: string): readonly string[] {
  return [...text.matchAll(COMMAND)].flatMap(([command]) => {
    const [runner, ...words] = command.trim().split(/\s+/)
    const named = words.some((word) => /^(?:--package=|-p=)?wechatpay-mock(?:@.*)?$/.test(word))
    // Without options npx runs what the project has installed.
    const fromProject = runner === 'npx' && words[0] === 'wechatpay-mock'
    return named && !fromProject ? [command.trim()] : []
  })
}

test.for([
  'npm install --save-dev wechatpay-mock vitest',
  'npm i wechatpay-mock@0.2.0',
  'npx --yes wechatpay-mock run -- mvn test',
  'npx wechatpay-mock@latest',
  'npx -p=wechatpay-mock wechatpay-mock serve',
  'pnpm dlx wechatpay-mock',
])('%s needs a registry', (command) => {
  expect(askingARegistry(`Try \`${command}\`.`)).toEqual([command])
})

test.for([
  'npm install --save-dev ./wechatpay-mock.tgz vitest',
  'npx wechatpay-mock run -- npx --yes jest',
  'npx --yes ./wechatpay-mock.tgz run -- mvn test',
])('%s does not', (command) => {
  expect(askingARegistry(command)).toEqual([])
})

/** Whatever else users read: texts of the program, examples, forms. */
const files = ['src', 'dashboard', 'examples', 'contracts/kit', '.github'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(root.length)),
)

test('no page and no text of the program needs wechatpay-mock in a registry', () => {
  const texts = [...pages, ...files.map((path) => ({ path, text: read(path) }))]
  expect(texts.length).toBeGreaterThan(500)
  const found = texts.flatMap(({ path, text }) => askingARegistry(text).map((command) => `${path}: ${command}`))
  expect(found).toEqual([])
})

test('every page that installs the tarball says where it comes from', () => {
  const installing = pages.filter(({ path, text }) => path.startsWith('docs/') && text.includes('wechatpay-mock.tgz'))
  expect(installing.length).toBeGreaterThan(10)
  for (const one of installing) {
    const source = isChinese(one) ? 'README.zh-CN.md#试一试' : 'README.md#try-it'
    expect(
      one.links.filter((link) => link.endsWith(source)),
      one.path,
    ).not.toEqual([])
  }
})
