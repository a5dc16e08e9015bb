import { cpSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type DefaultTheme, defineConfig, type MarkdownOptions } from 'vitepress'
import { englishOnly, layOut, output, root, sidebar, source, targetOf } from './pages.ts'

/** Path that the site is served at, for a host that has others beside it. */
const base = process.env.SITE_BASE ?? '/'

/** Files that pages lead to: the site has a copy, which a browser shows as text. */
const files = new Set<string>()

/** Leads links and pictures of the repository to where they are served, and leaves `{{` in code alone. */
const asServed: MarkdownOptions['config'] = (md) => {
  md.core.ruler.push('as served', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'code_inline') token.attrSet('v-pre', '')
      const attribute = token.type === 'image' ? 'src' : 'href'
      const link = token.attrGet(attribute)
      if (link === null || /^(?:\w+:|#)/.test(link)) continue
      const target = targetOf(decodeURI(link), relative(source, env.path))
      if ('address' in target) {
        token.attrSet(attribute, target.address)
      } else if (token.type === 'image') {
        token.attrSet(attribute, relative(dirname(env.path), join(root, target.file)))
      } else {
        files.add(target.file)
        token.attrSet(attribute, `${base}files/${target.file}.txt`)
        token.attrSet('target', '_blank')
      }
    }
  })
}

/** Anchors as GitHub makes them, where the pages are read too. */
const slugify = (title: string): string =>
  title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')

/**
 * Words of a text: those in Latin letters, and of Chinese, which has no spaces, each two characters that stand together. It is sent to the browser as
 * text, so it uses nothing from outside.
 */
const tokenize = (text: string): string[] =>
  (text.match(/\p{Script=Han}+|[\w']+/gu) ?? []).flatMap((word) => {
    const characters = [...word]
    if (characters.length === 1 || !/\p{Script=Han}/u.test(word)) return [word]
    return characters.slice(1).map((character, i) => `${characters[i]}${character}`)
  })

/** Puts pages that are made by a run, or are history, behind those that are written to be read. It is sent to the browser, too. */
const boostDocument = (id: string): number =>
  /\/(?:fidelity|differences|changelog|reliability|sdk-matrix|speed|decisions)\b/.test(id) ? 0.2 : 1

const chinese: DefaultTheme.Config = {
  nav: [{ text: '全部文档', link: '/contents' }],
  sidebar: sidebar('zh'),
  outline: { level: 'deep', label: '本页内容' },
  docFooter: { prev: '上一页', next: '下一页' },
  darkModeSwitchLabel: '主题',
  lightModeSwitchTitle: '切换到浅色模式',
  darkModeSwitchTitle: '切换到深色模式',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '切换语言',
  skipToContentLabel: '跳到正文',
  notFound: { title: '没有这个页面', quote: '请从目录里查找。', linkText: '回到首页', linkLabel: '回到首页' },
}

const english: DefaultTheme.Config = {
  nav: [{ text: 'All pages', link: '/en/contents' }],
  sidebar: sidebar('en'),
  outline: 'deep',
}

const searchInChinese: Partial<DefaultTheme.LocalSearchOptions> = {
  translations: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详情',
      resetButtonTitle: '清除',
      backButtonTitle: '关闭',
      noResultsText: '没有结果：',
      footer: { selectText: '打开', navigateText: '选择', closeText: '关闭' },
    },
  },
}

const search: DefaultTheme.Config['search'] = {
  provider: 'local',
  options: {
    locales: { root: searchInChinese },
    miniSearch: { options: { tokenize }, searchOptions: { combineWith: 'AND', boostDocument } },
  },
}

layOut()

export default defineConfig({
  base,
  srcDir: source,
  outDir: output,
  cacheDir: join(root, 'node_modules/.cache/site'),
  title: 'wechatpay-mock',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // The tables of all rules are on one page.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  markdown: { config: asServed, anchor: { slugify } },
  themeConfig: { search, englishOnly } as DefaultTheme.Config,
  locales: {
    root: { label: '简体中文', lang: 'zh-CN', description: '微信支付 API v3 的模拟服务', themeConfig: chinese },
    en: { label: 'English', lang: 'en', description: 'A simulated WeChat Pay API v3', themeConfig: english },
  },
  buildEnd() {
    for (const file of files) cpSync(join(root, file), join(output, 'files', `${file}.txt`))
  },
})
