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
  refused: 'WeChat Pay refuses it',
  madeUp: 'Values that each answer makes up anew.',
  saveInProject: (file: string): string => `Save it as src/test/java/${file} in a Maven project with`,
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
  refused: '被微信支付拒绝',
  madeUp: '每次应答都不同的值。',
  saveInProject: (file) => `保存为 src/test/java/${file}，Maven 项目中需有以下依赖：`,
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

/** Forms in which a call can be had: a program in each language, tests that send it and look at the answer, and a contract. */
export const CODE_FORMS = {
  php: { label: 'PHP', kind: 'program', language: 'php', file: 'call.php' },
  java: { label: 'Java', kind: 'program', language: 'java', file: 'WechatPayMockCall.java' },
  go: { label: 'Go', kind: 'program', language: 'go', file: 'main.go' },
  python: { label: 'Python', kind: 'program', language: 'python', file: 'call.py' },
  node: { label: 'Node.js', kind: 'program', language: 'node', file: 'call.mjs' },
  junit: { label: 'JUnit', kind: 'test', language: 'java', file: 'WechatPayMockCallTest.java' },
  go_test: { label: 'go test', kind: 'test', language: 'go', file: 'call_test.go' },
  pytest: { label: 'pytest', kind: 'test', language: 'python', file: 'test_call.py' },
  vitest: { label: 'vitest', kind: 'test', language: 'node', file: 'call.test.mjs' },
  pact: { label: 'Pact', kind: 'contract', language: undefined, file: 'pact.json' },
} as const satisfies Readonly<Record<SnippetLanguage, CodeForm>> & Readonly<Record<string, CodeForm>>

interface CodeForm {
  readonly label: string
  readonly kind: 'program' | 'test' | 'contract'
  readonly language: SnippetLanguage | undefined
  readonly file: string
}

export type CodeFormName = keyof typeof CODE_FORMS

export const CODE_FORM_NAMES = Object.keys(CODE_FORMS) as [CodeFormName, ...CodeFormName[]]
