import { type ClientCredentials, keyWithId, pem } from './credentials.ts'
import { type Say, SNIPPET_LANGUAGES, type SnippetLanguage, texts } from './snippet-languages.ts'

/** A callback as sent. */
export interface SentCallback {
  /** Names in WeChat Pay's spelling. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * A program that has a programming language's SDK verify and decrypt exactly one callback, ready to run; it makes no call if the SDK knows the key.
 *
 * @param credentials of the merchant that the callback is for
 * @param language of the comments in it
 */
export function callbackSnippet(
  format: SnippetLanguage,
  credentials: ClientCredentials,
  { headers, body }: SentCallback,
  language: 'zh' | 'en',
): string {
  const signed = Object.entries(headers).filter(([name]) => /^wechatpay-/i.test(name))
  const key = keyWithId(credentials, headers['Wechatpay-Serial'])
  return programs[format]({ credentials, headers: Object.fromEntries(signed), body, key }, texts[language])
}

interface Parts extends SentCallback {
  readonly credentials: ClientCredentials
  readonly key: { readonly id: string; readonly publicKey: string }
}

const programs: Readonly<Record<SnippetLanguage, (parts: Parts, say: Say) => string>> = {
  php: ({ credentials, headers, body, key }, say) => {
    const text = textIn('php')
    return `<?php
// ${say.saveAs(SNIPPET_LANGUAGES.php.callbackFile)}
//   ${SNIPPET_LANGUAGES.php.install} && php ${SNIPPET_LANGUAGES.php.callbackFile}
require __DIR__ . '/vendor/autoload.php';

use WeChatPay\\Crypto\\AesGcm;
use WeChatPay\\Crypto\\Rsa;
use WeChatPay\\Formatter;

$headers = [
${Object.entries(headers)
  .map(([name, value]) => `    ${text(name)} => ${text(value)},\n`)
  .join('')}];
$body = ${text(body)};
$apiV3Key = ${text(credentials.api_v3_key)};
$platformKeyId = ${text(key.id)};
$platformKey = <<<'PEM'
${key.publicKey}
PEM;

// ${say.verifyCallback}
if (($headers['Wechatpay-Serial'] ?? '') !== $platformKeyId) {
    throw new UnexpectedValueException('Wechatpay-Serial is not ' . $platformKeyId);
}
$message = Formatter::response($headers['Wechatpay-Timestamp'] ?? '', $headers['Wechatpay-Nonce'] ?? '', $body);
$publicKey = Rsa::from($platformKey, Rsa::KEY_TYPE_PUBLIC);
if (!Rsa::verify($message, $headers['Wechatpay-Signature'] ?? '', $publicKey)) {
    throw new UnexpectedValueException('Wechatpay-Signature does not verify');
}
$resource = json_decode($body, true)['resource'];
echo AesGcm::decrypt($resource['ciphertext'], $apiV3Key, $resource['nonce'], $resource['associated_data'] ?? ''), PHP_EOL; // ${say.callback}
`
  },

  java: ({ credentials, headers, body, key }, say) => {
    const text = textIn('java')
    const header = (name: string) => text(headers[`Wechatpay-${name}`] ?? '')
    return `// ${say.saveWithLibraries(SNIPPET_LANGUAGES.java.callbackFile)}
//   ${SNIPPET_LANGUAGES.java.install} ${say.and} com.squareup.okhttp3:okhttp:4.12.0
//   java -cp 'lib/*' ${SNIPPET_LANGUAGES.java.callbackFile}
import com.google.gson.JsonObject;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSAPublicKeyNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;

public class WechatPayMockCallback {
  public static void main(String[] args) {
    RSAPublicKeyNotificationConfig config = new RSAPublicKeyNotificationConfig.Builder()
        .publicKeyId(${text(key.id)})
        .publicKey(${text(key.publicKey)})
        .apiV3Key(${text(credentials.api_v3_key)})
        .build();
    RequestParam request = new RequestParam.Builder()
        .serialNumber(${header('Serial')})
        .timestamp(${header('Timestamp')})
        .nonce(${header('Nonce')})
        .signType(${header('Signature-Type')})
        .signature(${header('Signature')})
        .body(${text(body)})
        .build();

    // ${say.verifyCallback}
    System.out.println(new NotificationParser(config).parse(request, JsonObject.class)); // ${say.callback}
  }
}
`
  },

  go: ({ credentials, headers, body, key }, say) => {
    const text = textIn('go')
    const names = Object.keys(headers).map(text)
    // Aligned like gofmt.
    const width = Math.max(...names.map((name) => name.length))
    return `// ${say.saveAs(SNIPPET_LANGUAGES.go.callbackFile)}
//   go mod init example && ${SNIPPET_LANGUAGES.go.install} && go run .
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

var headers = map[string]string{
${Object.values(headers)
  .map((value, i) => `\t${`${names[i]}:`.padEnd(width + 1)} ${text(value)},\n`)
  .join('')}}

const body = ${text(body)}

const publicKeyPEM = \`${key.publicKey}\`

func main() {
	publicKey, err := utils.LoadPublicKey(publicKeyPEM)
	if err != nil {
		log.Fatal(err)
	}

	// ${say.verifyCallback}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(${text(key.id)}, *publicKey)
	message := headers["Wechatpay-Timestamp"] + "\\n" + headers["Wechatpay-Nonce"] + "\\n" + body + "\\n"
	err = verifier.Verify(context.Background(), headers["Wechatpay-Serial"], message, headers["Wechatpay-Signature"])
	if err != nil {
		log.Fatal(err)
	}
	var callback struct {
		Resource struct {
			Ciphertext     string
			Nonce          string
			AssociatedData string \`json:"associated_data"\`
		}
	}
	if err := json.Unmarshal([]byte(body), &callback); err != nil {
		log.Fatal(err)
	}
	sealed := callback.Resource
	content, err := utils.DecryptAES256GCM(
		${text(credentials.api_v3_key)}, sealed.AssociatedData, sealed.Nonce, sealed.Ciphertext,
	)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(content) // ${say.callback}
}
`
  },

  python: ({ credentials, headers, body, key }, say) => {
    const text = textIn('python')
    return `# ${say.saveAs(SNIPPET_LANGUAGES.python.callbackFile)}
#   ${SNIPPET_LANGUAGES.python.install} && python ${SNIPPET_LANGUAGES.python.callbackFile}
import json

from wechatpayv3 import WeChatPay, WeChatPayType

${pythonClient(credentials, key, say)}
headers = {
${Object.entries(headers)
  .map(([name, value]) => `    ${text(name)}: ${text(value)},\n`)
  .join('')}}
body = ${text(body)}

# ${say.verifyCallback}
callback = wxpay.callback(headers, body)
if callback is None:
    raise SystemExit("wechatpayv3 does not take the callback")
print(json.dumps(callback["resource"], ensure_ascii=False))  # ${say.callback}
`
  },

  node: ({ credentials, headers, body, key }, say) => {
    const text = textIn('node')
    return `// ${say.saveAsModule(SNIPPET_LANGUAGES.node.callbackFile)}
//   ${SNIPPET_LANGUAGES.node.install} && node ${SNIPPET_LANGUAGES.node.callbackFile}
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin'

const headers = {
${Object.entries(headers)
  .map(([name, value]) => `  ${text(name)}: ${text(value)},\n`)
  .join('')}}
const body = ${text(body)}
const apiV3Key = ${text(credentials.api_v3_key)}
const platformKeyId = ${text(key.id)}
const platformKey = \`${key.publicKey}\`

// ${say.verifyCallback}
if (headers['Wechatpay-Serial'] !== platformKeyId) throw new Error(\`Wechatpay-Serial is not \${platformKeyId}\`)
const message = Formatter.response(headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body)
if (!Rsa.verify(message, headers['Wechatpay-Signature'] ?? '', Rsa.from(platformKey, Rsa.KEY_TYPE_PUBLIC))) {
  throw new Error('Wechatpay-Signature does not verify')
}
const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
console.log(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)) // ${say.callback}
`
  },
}

/** The client of the Python SDK, with the key that answers and callbacks are signed with. */
export function pythonClient(credentials: ClientCredentials, key: Parts['key'], say: Say): string {
  const text = textIn('python')
  return `wxpay = WeChatPay(
    wechatpay_type=WeChatPayType.JSAPI,
    mchid=${text(credentials.mchid)},
    cert_serial_no=${text(credentials.merchant_serial_no)},
    private_key="""${pem(credentials.merchant_private_key)}""",
    apiv3_key=${text(credentials.api_v3_key)},
    appid="wx1234567889999",
    public_key_id=${text(key.id)},
    public_key="""${key.publicKey}""",
)
# ${say.privateAttribute}
wxpay._core._gate_way = ${text(credentials.base_url)}
`
}

/** Escapes common to all the languages. */
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Characters that end a text, are invisible in it, or make a line look like another one. */
const SPECIAL = /[\\"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Java reads a file in the machine's encoding. */
const SPECIAL_IN_JAVA = /[\\"]|[^\x20-\x7e]/gu

/** PHP substitutes variables. */
const SPECIAL_IN_PHP = /[\\"$\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Quotes any text for a language. */
export function textIn(format: SnippetLanguage): (text: string) => string {
  const special = format === 'java' ? SPECIAL_IN_JAVA : format === 'php' ? SPECIAL_IN_PHP : SPECIAL
  const escaped = (character: string) => ESCAPES[character] ?? (character === '$' ? '\\$' : byNumber(format, character))
  return (text) => `"${text.replaceAll(special, escaped)}"`
}

function byNumber(format: SnippetLanguage, character: string): string {
  const code = character.codePointAt(0) ?? 0
  switch (format) {
    case 'php':
    case 'node':
      return `\\u{${code.toString(16)}}`
    case 'java':
      return [...Array(character.length).keys()].map((i) => inFour(character.charCodeAt(i))).join('')
    default:
      return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : inFour(code)
  }
}

function inFour(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
