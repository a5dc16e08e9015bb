import { EXAMPLE, EXAMPLE_PATH } from '../products/merchant-coupon/example.ts'
import { pythonClient } from './callback-snippets.ts'
import { answerKeys, type ClientCredentials, namedKey, pem } from './credentials.ts'
import { type Say, SNIPPET_LANGUAGES, type SnippetLanguage, texts } from './snippet-languages.ts'

/**
 * A program that connects a programming language's SDK and links the example coupon to an order with it, ready to run.
 *
 * @param language of the comments in it
 */
export function snippet(format: SnippetLanguage, credentials: ClientCredentials, language: 'zh' | 'en'): string {
  return snippets[format](credentials, texts[language])
}

const snippets: Readonly<Record<SnippetLanguage, (credentials: ClientCredentials, say: Say) => string>> = {
  php: (credentials, say) => `<?php
// ${say.saveAs(SNIPPET_LANGUAGES.php.file)}
//   ${SNIPPET_LANGUAGES.php.install} && php ${SNIPPET_LANGUAGES.php.file}
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
    return `// ${say.saveWithLibraries(SNIPPET_LANGUAGES.java.file)}
//   ${SNIPPET_LANGUAGES.java.install} ${say.and} com.squareup.okhttp3:okhttp:4.12.0
//   java -cp 'lib/*' ${SNIPPET_LANGUAGES.java.file}
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
    return `// ${say.saveAs(SNIPPET_LANGUAGES.go.file)}
//   go mod init example && ${SNIPPET_LANGUAGES.go.install} && go run .
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

  python: (credentials, say) => `# ${say.saveAs(SNIPPET_LANGUAGES.python.file)}
#   ${SNIPPET_LANGUAGES.python.install} && python ${SNIPPET_LANGUAGES.python.file}
from wechatpayv3 import WeChatPay, WeChatPayType

${pythonClient(credentials, namedKey(credentials), say)}
status, body = wxpay.marketing_busifavor_coupon_associate(
${members((name, value) => `    ${name}="${value}",`)}
)
print(status, body)  # ${say.verified}
`,

  node: (credentials, say) => `// ${say.saveAsModule(SNIPPET_LANGUAGES.node.file)}
//   ${SNIPPET_LANGUAGES.node.install} && node ${SNIPPET_LANGUAGES.node.file}
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

/** The members of the map, aligned like gofmt. */
function goMembers(): string {
  const width = Math.max(...Object.keys(EXAMPLE).map((name) => name.length))
  return members((name, value) => `\t\t"${name}":${' '.repeat(width - name.length + 1)}"${value}",`)
}
