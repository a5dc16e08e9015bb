import { createPublicKey } from 'node:crypto'
import { EXAMPLE, EXAMPLE_PATH } from '../products/merchant-coupon/coupons/example.ts'
import type { ClientCredentials } from './credentials.ts'

export type SnippetLanguage = 'php' | 'java' | 'go' | 'python' | 'node'

/**
 * A program that connects a programming language's SDK and links the example coupon to an order with it, ready to be run.
 *
 * @param language of the comments in it
 */
export function snippet(format: SnippetLanguage, credentials: ClientCredentials, language: 'zh' | 'en'): string {
  return snippets[format](credentials, texts[language])
}

/** What the comments in the programs say. */
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
}

const texts = { en, zh }

type Say = typeof en

const snippets: Readonly<Record<SnippetLanguage, (credentials: ClientCredentials, say: Say) => string>> = {
  php: (credentials, say) => `<?php
// ${say.saveAs('associate.php')}
//   composer require wechatpay/wechatpay && php associate.php
require __DIR__ . '/vendor/autoload.php';

use WeChatPay\\Builder;
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

$response = $instance->chain('${EXAMPLE_PATH}')->post(['json' => [
${members((name, value) => `    '${name}' => '${value}',`)}
]]);
echo $response->getBody(), PHP_EOL; // ${say.verified}
`,

  java: (credentials, say) => {
    const { id, publicKey } = namedKey(credentials)
    const { protocol, hostname, port } = new URL(credentials.base_url)
    const scheme = protocol.slice(0, -1)
    return `// ${say.saveWithLibraries('WechatPayMockExample.java')}
//   com.github.wechatpay-apiv3:wechatpay-java:0.2.17 ${say.and} com.squareup.okhttp3:okhttp:4.12.0
//   java -cp 'lib/*' WechatPayMockExample.java
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.http.DefaultHttpClientBuilder;
import com.wechat.pay.java.core.http.HttpClient;
import com.wechat.pay.java.core.http.HttpMethod;
import com.wechat.pay.java.core.http.HttpRequest;
import com.wechat.pay.java.core.http.JsonRequestBody;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

public class WechatPayMockExample {
  public static void main(String[] args) {
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

    HttpRequest request = new HttpRequest.Builder()
        .httpMethod(HttpMethod.POST)
        .url("https://api.mch.weixin.qq.com/${EXAMPLE_PATH}")
        .addHeader("Accept", "application/json")
        .addHeader("Content-Type", "application/json")
        .body(new JsonRequestBody.Builder().body(${JSON.stringify(JSON.stringify(EXAMPLE))}).build())
        .build();
    System.out.println(client.execute(request, Map.class).getServiceResponse()); // ${say.verified}
  }
}
`
  },

  go: (credentials, say) => {
    const { id, publicKey } = namedKey(credentials)
    const { protocol, host } = new URL(credentials.base_url)
    return `// ${say.saveAs('main.go')}
//   go mod init example && go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21 && go run .
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

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

func main() {
	privateKey, err := utils.LoadPrivateKey(privateKeyPEM)
	if err != nil {
		log.Fatal(err)
	}
	publicKey, err := utils.LoadPublicKey(publicKeyPEM)
	if err != nil {
		log.Fatal(err)
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
		log.Fatal(err)
	}

	result, err := client.Post(ctx, consts.WechatPayAPIServer+"/${EXAMPLE_PATH}", map[string]string{
${goMembers()}
	})
	if err != nil {
		log.Fatal(err)
	}
	defer result.Response.Body.Close()
	body, err := io.ReadAll(result.Response.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(body)) // ${say.verified}
}
`
  },

  python: (credentials, say) => {
    const { id, publicKey } = namedKey(credentials)
    return `# ${say.saveAs('associate.py')}
#   pip install wechatpayv3 && python associate.py
from wechatpayv3 import WeChatPay, WeChatPayType

wxpay = WeChatPay(
    wechatpay_type=WeChatPayType.JSAPI,
    mchid="${credentials.mchid}",
    cert_serial_no="${credentials.merchant_serial_no}",
    private_key="""${pem(credentials.merchant_private_key)}""",
    apiv3_key="${credentials.api_v3_key}",
    appid="wx1234567889999",
    public_key_id="${id}",
    public_key="""${publicKey}""",
)
# ${say.privateAttribute}
wxpay._core._gate_way = "${credentials.base_url}"

status, body = wxpay.marketing_busifavor_coupon_associate(
${members((name, value) => `    ${name}="${value}",`)}
)
print(status, body)  # ${say.verified}
`
  },

  node: (credentials, say) => `// ${say.saveAsModule('associate.mjs')}
//   npm install wechatpay-axios-plugin && node associate.mjs
import { Wechatpay } from 'wechatpay-axios-plugin'

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

const { data } = await wxpay.chain('${EXAMPLE_PATH}').post({
${members((name, value) => `  ${name}: '${value}',`)}
})
console.log(data) // ${say.verified}
`,
}

function members(line: (name: string, value: string) => string): string {
  return Object.entries(EXAMPLE)
    .map(([name, value]) => line(name, value))
    .join('\n')
}

/** The members of the map, aligned as gofmt does. */
function goMembers(): string {
  const width = Math.max(...Object.keys(EXAMPLE).map((name) => name.length))
  return members((name, value) => `\t\t"${name}":${' '.repeat(width - name.length + 1)}"${value}",`)
}

function pem(text: string): string {
  return text.trim()
}

/** Every key that answers may be signed with, for SDKs that do not say in the request which one they have. */
function answerKeys({ platform_certificates, platform_public_key }: ClientCredentials): { id: string; key: string }[] {
  return [
    ...platform_certificates.map(({ serial_no, certificate }) => ({ id: serial_no, key: pem(certificate) })),
    ...(platform_public_key ? [{ id: platform_public_key.id, key: pem(platform_public_key.public_key) }] : []),
  ]
}

/**
 * The one key that an SDK asks answers to be signed with: the public key, which merchants have nowadays, or, for merchants with
 * certificates only, the certificate's key, with which the service signs just as well when it is named.
 */
function namedKey({ platform_certificates, platform_public_key }: ClientCredentials): {
  id: string
  publicKey: string
} {
  if (platform_public_key) return { id: platform_public_key.id, publicKey: pem(platform_public_key.public_key) }
  const [certificate] = platform_certificates
  if (!certificate) return { id: '', publicKey: '' }
  const publicKey = createPublicKey(certificate.certificate).export({ type: 'spki', format: 'pem' })
  return { id: certificate.serial_no, publicKey: pem(publicKey.toString()) }
}
