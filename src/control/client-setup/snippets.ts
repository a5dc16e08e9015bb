import { type CallCode, type CallToMake, callCodeOf, canSend, indented } from './call-snippets.ts'
import { pythonClient } from './callback-snippets.ts'
import { answerKeys, type ClientCredentials, namedKey, pem } from './credentials.ts'
import { EXAMPLE, EXAMPLE_PATH } from './example.ts'
import {
  CODE_FORMS,
  type CodeFormName,
  type Say,
  SNIPPET_LANGUAGES,
  type SnippetLanguage,
  texts,
} from './snippet-languages.ts'

/**
 * A program that connects a programming language's SDK and links the example coupon to an order with it, ready to run.
 *
 * @param language of the comments in it
 */
export function snippet(format: SnippetLanguage, credentials: ClientCredentials, language: 'zh' | 'en'): string {
  const say = texts[language]
  const { file } = SNIPPET_LANGUAGES[format]
  const example = format === 'python' ? exampleInPython(say) : callCodeOf(format, EXAMPLE_CALL, say)
  return frames[format](credentials, say, { file, isTest: false, ...example })
}

const EXAMPLE_CALL: CallToMake = { method: 'POST', target: `/${EXAMPLE_PATH}`, body: JSON.stringify(EXAMPLE) }

/** By the method that the SDK has for it. */
function exampleInPython(say: Say): CallCode {
  const members = Object.entries(EXAMPLE).map(([name, value]) => `    ${name}="${value}",\n`)
  return {
    lines: `status, body = wxpay.marketing_busifavor_coupon_associate(\n${members.join('')})
print(status, body)  # ${say.verified}
`,
  }
}

/**
 * A program that makes a call with a language's SDK, or a test that compares its answer with the recorded one, ready to run.
 *
 * @param language of the comments in it
 */
export function callSnippet(
  form: Exclude<CodeFormName, 'pact'>,
  credentials: ClientCredentials,
  call: CallToMake,
  language: 'zh' | 'en',
): string {
  const { file, kind, language: format } = CODE_FORMS[form]
  const isTest = kind === 'test'
  const say = texts[language]
  return frames[format](credentials, say, { file, isTest, ...callCodeOf(format, call, say, isTest) })
}

interface Program extends CallCode {
  readonly file: string
  readonly isTest: boolean
}

export { canSend }

/** Programs that connect an SDK, and then do something. */
const frames: Readonly<
  Record<SnippetLanguage, (credentials: ClientCredentials, say: Say, program: Program) => string>
> = {
  php: (credentials, say, { file, imports = [], lines }) => `<?php
// ${say.saveAs(file)}
//   ${SNIPPET_LANGUAGES.php.install} && php ${file}
require __DIR__ . '/vendor/autoload.php';

${imports.map((one) => `${one}\n`).join('')}use WeChatPay\\Builder;
use WeChatPay\\Crypto\\Rsa;

$privateKey = <<<'PEM'
${pem(credentials.merchant_private_key)}
PEM;
${answerKeys(credentials)
  .map(
    ({ key }, i) => `$platformKey${i + 1} = <<<'PEM'
${key}
PEM;
`,
  )
  .join('')}
$instance = Builder::factory([
    'base_uri' => '${credentials.base_url}/',
    'mchid' => '${credentials.mchid}',
    'serial' => '${credentials.merchant_serial_no}',
    'privateKey' => Rsa::from($privateKey, Rsa::KEY_TYPE_PRIVATE),
    'certs' => [
${answerKeys(credentials)
  .map(({ id }, i) => `        '${id}' => Rsa::from($platformKey${i + 1}, Rsa::KEY_TYPE_PUBLIC),\n`)
  .join('')}    ],
]);

${lines}`,

  java: (credentials, say, { file, isTest, imports = [], lines }) => {
    const { id, publicKey } = namedKey(credentials)
    const { protocol, hostname, port } = new URL(credentials.base_url)
    const scheme = protocol.slice(0, -1)
    const { install } = SNIPPET_LANGUAGES.java
    const name = file.replace('.java', '')
    const head = isTest
      ? `// ${say.saveInProject(file)}
//   ${install} ${say.and} org.junit.jupiter:junit-jupiter:5.11.4
//   mvn test -Dtest=${name}`
      : `// ${say.saveWithLibraries(file)}
//   ${install} ${say.and} com.squareup.okhttp3:okhttp:4.12.0
//   java -cp 'lib/*' ${file}`
    return `${head}
${[...JAVA_IMPORTS, ...imports].toSorted().join('\n')}

${isTest ? '' : 'public '}class ${name} {
  ${isTest ? '@Test\n  void call()' : 'public static void main(String[] args)'} {
    RSAPublicKeyConfig config = new RSAPublicKeyConfig.Builder()
        .merchantId("${credentials.mchid}")
        .merchantSerialNumber("${credentials.merchant_serial_no}")
        .privateKey(${JSON.stringify(pem(credentials.merchant_private_key))})
        .publicKeyId("${id}")
        .publicKey(${JSON.stringify(publicKey)})
        .apiV3Key("${credentials.api_v3_key}")
        .build();

    // ${say.hostRewritten}
    OkHttpClient okHttpClient = new OkHttpClient.Builder().addInterceptor(chain -> {
      HttpUrl url = chain.request().url().newBuilder()
          .scheme("${scheme}").host("${hostname.replaceAll(/[[\]]/g, '')}").port(${port || (scheme === 'https' ? 443 : 80)}).build();
      return chain.proceed(chain.request().newBuilder().url(url).build());
    }).build();
    HttpClient client = new DefaultHttpClientBuilder().config(config).okHttpClient(okHttpClient).build();

    ${indented(lines, '    ')}
  }
}
`
  },

  go: (credentials, say, { file, isTest, imports = [], lines }) => {
    const { id, publicKey } = namedKey(credentials)
    const { protocol, host } = new URL(credentials.base_url)
    const fail = isTest ? 't.Fatal' : 'log.Fatal'
    return `// ${say.saveAs(file)}
//   go mod init example && ${SNIPPET_LANGUAGES.go.install} && go ${isTest ? 'test' : 'run'} .
package main

import (
${['context', 'net/http', ...imports]
  .toSorted()
  .map((one) => `\t"${one}"\n`)
  .join('')}
	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

const privateKeyPEM = \`${pem(credentials.merchant_private_key)}\`

const publicKeyPEM = \`${publicKey}\`

// ${say.hostRewritten}
type toMock struct{}

func (toMock) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = "${protocol.slice(0, -1)}", "${host}", ""
	return http.DefaultTransport.RoundTrip(request)
}

func ${isTest ? 'TestCall(t *testing.T)' : 'main()'} {
	privateKey, err := utils.LoadPrivateKey(privateKeyPEM)
	if err != nil {
		${fail}(err)
	}
	publicKey, err := utils.LoadPublicKey(publicKeyPEM)
	if err != nil {
		${fail}(err)
	}
	ctx := context.Background()
	client, err := core.NewClient(ctx,
		option.WithWechatPayPublicKeyAuthCipher(
			"${credentials.mchid}",
			"${credentials.merchant_serial_no}", privateKey,
			"${id}", publicKey,
		),
		option.WithHTTPClient(&http.Client{Transport: toMock{}}),
	)
	if err != nil {
		${fail}(err)
	}

	${indented(lines, '\t')}
}
`
  },

  python: (credentials, say, { file, isTest, imports = [], lines }) => {
    const { install } = SNIPPET_LANGUAGES.python
    const own = imports.filter((one) => one.includes('wechatpayv3'))
    const library = imports.filter((one) => !own.includes(one))
    return `# ${say.saveAs(file)}
#   ${isTest ? `${install} pytest && pytest ${file}` : `${install} && python ${file}`}
${library.map((one) => `${one}\n`).join('')}${library.length > 0 ? '\n' : ''}from wechatpayv3 import WeChatPay, WeChatPayType
${own.map((one) => `${one}\n`).join('')}
${pythonClient(credentials, namedKey(credentials), say)}
${lines}`
  },

  node: (credentials, say, { file, isTest, imports = [], lines }) => {
    const { install } = SNIPPET_LANGUAGES.node
    return `// ${say.saveAsModule(file)}
//   ${isTest ? `${install} vitest && npx vitest run ${file}` : `${install} && node ${file}`}
${imports.map((one) => `${one}\n`).join('')}import { Wechatpay } from 'wechatpay-axios-plugin'

const wxpay = new Wechatpay({
  baseURL: '${credentials.base_url}/',
  mchid: '${credentials.mchid}',
  serial: '${credentials.merchant_serial_no}',
  privateKey: \`${pem(credentials.merchant_private_key)}\`,
  certs: {
${answerKeys(credentials)
  .map(({ id, key }) => `    '${id}': \`${key}\`,\n`)
  .join('')}  },
})

${lines}`
  },
}

const JAVA_IMPORTS = [
  'import com.wechat.pay.java.core.RSAPublicKeyConfig;',
  'import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;',
  'import com.wechat.pay.java.core.http.HttpClient;',
  'import com.wechat.pay.java.core.http.HttpMethod;',
  'import com.wechat.pay.java.core.http.HttpRequest;',
  'import java.util.Map;',
  'import okhttp3.HttpUrl;',
  'import okhttp3.OkHttpClient;',
]
