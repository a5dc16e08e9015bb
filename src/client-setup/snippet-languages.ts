/** Texts of comments in the snippets. */
const en = {
  verified: 'the SDK has verified the signature of the answer',
  hostRewritten: 'The host is not signed, so requests may be sent to the mock instead.',
  privateAttribute: 'The SDK has no option for the address.',
  saveAs: (file: string): string => `Save it as ${file}:`,
  saveAsModule: (file: string): string =>
    `It is a module: save it as ${file}, or where package.json says "type": "module".`,
  saveWithLibraries: (file: string): string =>
    `Save it as ${file}, with wechatpay-java, OkHttp and what they need in lib (mvn dependency:copy-dependencies):`,
  and: 'and',
  verifyCallback:
    "The SDK verifies the callback's signature and decrypts it. A receiver also refuses what is signed more than five minutes ago.",
  callback: 'what is sealed in it',
}

const zh: typeof en = {
  verified: 'SDK 已验证应答的签名',
  hostRewritten: '签名不包含域名，因此可以把请求改发到模拟服务。',
  privateAttribute: '该 SDK 没有设置地址的选项。',
  saveAs: (file) => `保存为 ${file}：`,
  saveAsModule: (file) => `这是 ES 模块：保存为 ${file}，或放在 package.json 写有 "type": "module" 的目录中。`,
  saveWithLibraries: (file) =>
    `保存为 ${file}，并把 wechatpay-java、OkHttp 及其依赖放在 lib 中（mvn dependency:copy-dependencies）：`,
  and: '和',
  verifyCallback: '由 SDK 验证回调的签名并解密。接收回调的程序还应拒绝签名时间相差五分钟以上的回调。',
  callback: '解密后的内容',
}

export const texts = { en, zh }

export type Say = typeof en

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
