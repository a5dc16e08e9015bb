/** Languages with snippets, each for one SDK: how to install it, and the usual file names. */
export const SNIPPET_LANGUAGES = {
  php: {
    label: 'PHP',
    install: 'composer require wechatpay/wechatpay',
    file: 'associate.php',
    callbackFile: 'callback.php',
  },
  java: {
    label: 'Java',
    /** Maven coordinates. */
    install: 'com.github.wechatpay-apiv3:wechatpay-java:0.2.17',
    file: 'WechatPayMockExample.java',
    callbackFile: 'WechatPayMockCallback.java',
  },
  go: {
    label: 'Go',
    install: 'go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21',
    file: 'main.go',
    callbackFile: 'main.go',
  },
  python: {
    label: 'Python',
    install: 'pip install wechatpayv3',
    file: 'associate.py',
    callbackFile: 'callback.py',
  },
  node: {
    label: 'Node.js',
    install: 'npm install wechatpay-axios-plugin',
    file: 'associate.mjs',
    callbackFile: 'callback.mjs',
  },
} as const

export type SnippetLanguage = keyof typeof SNIPPET_LANGUAGES

/** The names of the languages, in the order in which they are offered. */
export const SNIPPET_LANGUAGE_NAMES = Object.keys(SNIPPET_LANGUAGES) as [SnippetLanguage, ...SnippetLanguage[]]
