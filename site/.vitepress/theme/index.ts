import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme'

/** The theme as it is; whoever changes to Chinese on a page that is English only stays there. */
export default {
  extends: DefaultTheme,
  enhanceApp({ router, siteData }) {
    router.onBeforePageLoad = (to) => {
      const { base, themeConfig } = siteData.value
      const address = `/${to.slice(base.length)}`.replace(/(?:\.html)?(?:#.*)?$/, '')
      if (!themeConfig.englishOnly.includes(address)) return true
      router.go(`${base}en${to.slice(base.length - 1)}`)
      return false
    }
  },
} satisfies Theme
