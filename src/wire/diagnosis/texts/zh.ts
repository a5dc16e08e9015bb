import type { DiagnosisTexts } from '../describe.ts'
import type { Difference } from '../difference.ts'

/** 应答头中只有原因的名称，没有值。 */
const behindColon = (value: string): string => (value === '' ? '' : `：${list(value)}`)

/** 原因的值以英文逗号分隔。 */
const list = (value: string): string => value.replaceAll(', ', '、')

const PARTS: Readonly<Record<Difference['part'], string>> = {
  method: '请求方法',
  url: 'URL',
  timestamp: '时间戳',
  nonce: '随机串',
  body: '报文主体',
  end: '结尾',
}

const REBUILD =
  '待签名串共五行：请求方法、URL、时间戳、随机串、请求报文主体，每行以一个 LF（0x0A）结尾，此外不含任何内容。'
const SAME_BYTES = '请求体只序列化一次：对这段文本签名，并原样发送这些字节（把字符串而不是对象交给 HTTP 客户端）。'
const RAW_URL = '对请求行中实际发出的路径和查询串签名，即 HTTP 客户端编码之后的原文。'
const NEW_CERTIFICATE =
  '模拟服务：POST /_mock/merchants/{mchid}/certificate（control.replaceCertificate）给出新证书，PATCH /_mock/merchants/{mchid} {"certificate_state":"valid"} 使现有证书恢复有效。'

/** 诊断的全部中文文字。 */
export const zh: DiagnosisTexts = {
  verdicts: {
    proved: '该签名与按下述方式构造的签名串吻合，因此可以确定客户端是这样做的：',
    verifies: '签名正确。',
    message_unknown: '签名所用的密钥已确认，但签名串与应签内容不同，且不属于已知的错误。',
    key_unknown: '签名所用的私钥与这里已知的任何公钥都不对应。',
    not_a_signature: 'signature 的值不是 RSA 签名。',
  },
  rebuild: REBUILD,
  rebuildPaySign:
    '待签名串共四行：appId、timeStamp、nonceStr、package，每行以一个 LF 结尾；取值须与前端传入的完全一致，并用下单商户的 apiclient_key.pem 签名。',
  expected: '应当签名的内容',
  signed: '实际签名的内容',
  difference: (offset, line, part) => `首个不同之处：第 ${offset} 字节，第 ${line} 行（${PARTS[part]}）。`,
  causes: {
    key_of_another_merchant: `使用了其他商户的私钥签名：{value}。
      加载与请求头 serial_no 对应的 apiclient_key.pem，并检查配置属于哪个商户。`,
    key_of_platform: `使用了平台的密钥 {value} 签名，而不是商户私钥。
      平台公钥只用于验证应答；请求须用商户的 apiclient_key.pem 签名。`,
    key_of_another_serial: `使用了同一商户另一张证书 {value} 的私钥签名。
      更换 API 证书时私钥与 serial_no 要一起更换，并重启仍缓存旧私钥的进程。`,

    digest_sha1: `摘要算法是 SHA-1。
      使用 SHA-256 with RSA：Java SHA256withRSA，PHP OPENSSL_ALGO_SHA256（默认是 SHA-1），Node RSA-SHA256，Python hashes.SHA256()。`,
    digest_md5: `摘要算法是 MD5。
      APIv3 只用 SHA-256 with RSA；MD5 是 APIv2 的签名方式。`,
    digest_sha224: `摘要算法是 SHA-224。
      使用 SHA-256 with RSA。`,
    digest_sha384: `摘要算法是 SHA-384。
      使用 SHA-256 with RSA。`,
    digest_sha512: `摘要算法是 SHA-512。
      使用 SHA-256 with RSA。`,
    padding_pss: `使用了 PSS 填充，盐长 {value} 字节。
      使用 PKCS#1 v1.5 填充：Java SHA256withRSA（不是 RSASSA-PSS），Python padding.PKCS1v15()，Go rsa.SignPKCS1v15，.NET RSASignaturePadding.Pkcs1。`,
    digest_info_missing: `直接填充了摘要，缺少标明算法的 DigestInfo。
      调用库的签名函数（RSA_sign、openssl_sign、带 crypto.SHA256 的 rsa.SignPKCS1v15），不要用私钥加密摘要。`,
    digest_as_text: `摘要以文本形式（{value}）而不是字节参与签名。
      把签名串直接交给库的签名函数，它会自行计算摘要并填充。`,
    message_not_hashed: `签名串未做摘要，被私钥直接加密。
      应签名而不是加密：PHP 用 openssl_sign 而非 openssl_private_encrypt，Java 用 Signature 而非 Cipher，Node 用 createSign 而非 privateEncrypt。`,
    message_hashed_twice: `签名前先做了一次摘要，共摘要两次（{value}）。
      直接传入签名串，SHA-256 签名会自行摘要；或使用针对摘要的接口（Python 的 Prehashed，Java 的 NONEwithRSA 加 DigestInfo）。`,

    signature_not_base64: `签名不是 base64。
      把签名字节用标准 base64 编码，不换行。`,
    signature_wrong_length: `签名有 {value} 字节，长度与密钥不符：2048 位密钥的签名是 256 字节。
      检查签名是否被截断（数据库字段、请求头长度限制），或使用了其他密钥。`,
    signature_base64url: `签名是 base64url：用 - 和 _ 代替了 + 和 /。
      使用标准 base64：Java Base64.getEncoder()，Python b64encode，Go base64.StdEncoding，Node toString('base64')。`,
    signature_hex: `签名是十六进制。
      请用 base64 编码签名字节；APIv2 的 SDK 和 openssl dgst -hex 输出的是十六进制。`,
    signature_base64_twice: (value) =>
      `${value === 'hex' ? '签名是十六进制文本的 base64。' : '签名做了两次 base64 编码。'}
      只编码一次：有的库（crypto-js、jsrsasign、PHP 封装）返回的已是 base64 或十六进制。`,
    signature_percent_encoded: `签名被百分号编码（URL 编码）。
      请求头不需要 URL 编码：去掉 encodeURIComponent、urlencode、URLEncoder.encode。`,
    signature_plus_as_space: `签名中的 + 都变成了空格。
      它曾被当作表单解码；不要经由查询串或表单传递，或先编码为 %2B。`,
    signature_spaces: `签名中有空格或换行。
      使用不换行的编码：Android Base64.NO_WRAP，Python b64encode（不是 encodebytes），shell base64 -w 0，Ruby strict_encode64。`,
    signature_slashes_escaped: `签名中的斜杠前多了反斜杠。
      它经过了 PHP 的 json_encode；使用 JSON_UNESCAPED_SLASHES，或先解码 JSON。`,
    signature_bytes_reversed: `签名的字节顺序是反的。
      Windows 的 CryptSignHash 输出低位字节在前，base64 之前须反转。`,

    method_case: `请求方法被签为 {value}。
      请求方法须大写。axios 等客户端内部是小写：config.method.toUpperCase()。`,
    method_other: `签名时用了另一种请求方法：{value}。
      对实际发出的方法签名，检查是否遗留了默认值。`,
    method_missing: `请求方法一行为空。
      ${REBUILD}`,

    url_query_missing: `查询串没有参与签名。
      ${RAW_URL}路径后要加查询串：JavaScript URL.pathname + URL.search，Java getRawPath() + "?" + getRawQuery()，Go u.RequestURI()。`,
    url_question_mark_missing: `问号没有参与签名。
      ${RAW_URL}`,
    url_question_mark_added: `签名串的 URL 末尾多了一个问号，其后没有查询参数。
      有查询参数时才加 ?：末尾单独的 ? 即使发送了也不参与签名。`,
    url_parameter_missing: `查询参数 {value} 没有参与签名。
      ${RAW_URL}之后才添加的参数（axios 的 params、拦截器、代理）须在签名之前添加。`,
    url_parameters_empty_removed: `值为空的查询参数没有参与签名。
      ${RAW_URL}客户端只在其中一处去掉了空参数。`,
    url_parameters_reordered: (value) =>
      `签名时查询参数的顺序不同：${list(value)}。
      ${RAW_URL}不要排序，那是 APIv2 的规则；也可能是代理调整了顺序。`,
    url_ampersands_escaped: `查询串中的 & 被签为 &amp;。
      地址做了 HTML 转义：PHP 的 http_build_query 分隔符为 &amp;，或使用了 htmlspecialchars。`,
    url_decoded: `签名用的是解码后的 URL（{value}），发出的是编码后的。
      ${RAW_URL}Java 用 getRawPath、getRawQuery，Go 用 EscapedPath、RawQuery，PHP 用 REQUEST_URI。`,
    url_encoded_otherwise: `签名时 URL 的编码方式不同：{value}。
      ${RAW_URL}空格可能是 %20 或 +，!'()*~:,$ 有的库编码有的不编码，以实际发出的为准。`,
    url_encoding_case: (value) =>
      `签名时百分号编码的十六进制为${value === 'lower' ? '小写' : '大写'}。
      ${RAW_URL}`,
    url_host: `签名的 URL 前面带有 {value}。
      ${RAW_URL}只签路径和查询串，不含协议与域名。`,
    url_prefix_missing: `签名的路径缺少实际发出的前缀 {value}。
      对完整路径签名；带路径的 base URL 要在签名之前拼好，或把服务挂在根路径：网关添加前缀会破坏签名。`,
    url_prefix_added: `签名的路径多了并未到达的前缀 {value}。
      代理或网关去掉了前缀。请对到达服务端的路径签名，base URL 指向根路径。`,
    url_leading_slash_missing: `签名的路径缺少开头的斜杠。
      对 /v3/… 签名，包含斜杠。`,
    url_leading_slash_doubled: `签名的路径开头有两个斜杠。
      base URL 与路径之间只保留一个斜杠。`,
    url_trailing_slash_missing: `签名的路径缺少末尾的斜杠。
      ${RAW_URL}框架或代理补上了斜杠。`,
    url_trailing_slash_added: (value) =>
      `签名的${value === '' ? '路径' : '查询串'}末尾多了斜杠。
      ${RAW_URL}不要签没有发出的斜杠。`,
    url_lower_case: (value) =>
      `签名的路径${value === '' ? '' : '和查询串'}被转成了小写。
      ${RAW_URL}路径中的券 code、openid、订单号区分大小写。`,
    url_path_missing: (value) =>
      `${value === '/' ? '签名的路径只有一个斜杠。' : '只签了查询串，没有签路径。'}
      ${RAW_URL}`,
    url_missing: `URL 一行为空。
      ${REBUILD}`,

    timestamp_milliseconds: `签名用的是毫秒时间戳 {value}，发出的是秒。
      只取一次时间，除以 1000 取整，签名串与请求头用同一个值。`,
    timestamp_seconds: `签名用的是秒级时间戳 {value}，前端传入的是毫秒。
      时间戳只取一次，以秒为单位，类型为字符串，签名串与前端使用同一个值。`,
    timestamp_differs: `签名的时间戳与发出的不同：{value}。
      只取一次时间，签名串与请求头用同一个值。`,
    timestamp_time_zone: `签名的时间戳与发出的相差整小时：{value}。
      只取一次时间；自 1970 年起的秒数与时区无关，不要加减时差。`,
    timestamp_missing: `时间戳一行为空。
      ${REBUILD}`,
    appid_missing: `appId 一行为空。
      签名时须使用前端传入的 appId。`,
    appid_other: `签名用的是另一个 appid：{value}。
      签名时须使用前端传入的 appId，即下单时的 appid。`,
    package_prefix_missing: `签名时 prepay_id 前面缺少 prepay_id=。
      第四行须与传入的 package 一致，即 prepay_id=wx…；只有 APP 支付才直接对 prepay_id 签名。`,
    package_prefix_added: `签名时 prepay_id 前面多了 prepay_id=。
      APP 支付直接对 prepay_id 签名，JSAPI 和小程序支付才用 prepay_id=wx…。`,
    package_other: `签名用的 package 不同：{value}。
      签名时须使用前端传入的 package。`,
    pay_sign_api_v2: `签名是十六进制的 MD5 或 HMAC，属于 API v2。
      API v3 的订单使用 signType RSA：对四行签名串做 SHA256withRSA 签名，再做 base64 编码。`,
    sign_type_other: (value) =>
      `signType ${value === '' ? '未传入，默认按 MD5 处理' : `是 ${value}`}。
      请传入 signType: 'RSA'，API v3 的订单只支持这一种。`,
    nonce_missing: `随机串一行为空。
      先生成随机串，再构造签名串，请求头用同一个值。`,
    nonce_is_timestamp: `随机串一行签成了时间戳。
      ${REBUILD}`,
    nonce_case: (value) =>
      `签名时随机串转成了${value === 'upper' ? '大写' : '小写'}。
      签名串与请求头使用同一个值。`,
    nonce_dashes: (value) =>
      `签名时随机串${value === 'with' ? '带有' : '去掉了'}连字符。
      先去掉 UUID 的连字符，再同时用于签名串和请求头。`,

    body_missing: `请求体没有参与签名，该行为空。
      凡是带请求体的请求都要签名请求体；没有请求体时该行才为空。`,
    body_placeholder: `请求体一行签成了 {value}。
      对实际发出的文本签名。[object Object]、Array 是未序列化的对象；{}、null 是并未发出的请求体。`,
    body_is_query: `把查询串当作请求体签名（{value}）。
      GET 的请求体一行为空，查询串属于 URL 一行。`,
    body_whole_upload: `对整个 multipart 报文签名了。
      上传接口只对名为 meta 的部分的 JSON 签名。`,
    body_keys_sorted: (value) =>
      `签名的请求体按字段名排了序${value === '' ? '' : '（仅最外层）'}。
      ${SAME_BYTES}不要排序，那是 APIv2 的规则。常见于 ksort、sort_keys=True、TreeMap、Go 的 map、ORDER_MAP_ENTRIES_BY_KEYS。`,
    body_fields_reordered: (value) =>
      `签名的请求体字段顺序不同：${list(value)}。
      ${SAME_BYTES}也可能是中间的代理重新序列化了 JSON。`,
    body_field_missing: `请求体的字段 {value} 没有参与签名。
      它在签名之后才被添加（拦截器、默认值、代理），请在签名之前添加。`,
    body_nulls_removed: `签名的请求体去掉了值为 null 的字段。
      ${SAME_BYTES}常见于 Jackson Include.NON_NULL、Go omitempty、Gson 默认不写 null。`,
    body_empty_removed: `签名的请求体去掉了空值字段。
      ${SAME_BYTES}常见于 PHP array_filter、Jackson NON_EMPTY、Go omitempty。`,
    body_spaces: `签名的请求体中带有空格：以 {value} 分隔。
      ${SAME_BYTES}Python 的 json.dumps 默认在 , 与 : 后加空格，除非 separators=(',', ':')。`,
    body_pretty_printed: `签名的请求体是格式化（缩进）的：{value}。
      ${SAME_BYTES}常见于 JSON.stringify(…, null, 2)、INDENT_OUTPUT、setPrettyPrinting、JSON_PRETTY_PRINT、MarshalIndent。`,
    body_compacted: `签名的请求体没有空白，发出的却带有空白。
      ${SAME_BYTES}发出的是格式化文本，签名前又解析并压缩；或 requests 的 json= 参数加了空格。`,
    body_unicode_escaped: (value) =>
      `签名的请求体把非 ASCII 字符写成 \\uXXXX（${value === 'lower' ? '小写' : '大写'}）。
      ${SAME_BYTES}PHP 用 JSON_UNESCAPED_UNICODE，Python 用 ensure_ascii=False，fastjson 去掉 BrowserCompatible。`,
    body_unicode_unescaped: `签名的请求体是原文字符，发出的却是 \\uXXXX。
      ${SAME_BYTES}HTTP 客户端又序列化了一次：requests 的 json=、Guzzle 的 json 选项；请用 data= 或 body 传入已签名的文本。`,
    body_slashes_escaped: `签名的请求体把 / 写成 \\/。
      ${SAME_BYTES}PHP 用 JSON_UNESCAPED_SLASHES。`,
    body_slashes_unescaped: `签名的请求体是 /，发出的却是 \\/。
      ${SAME_BYTES}Guzzle 的 json 选项与 json_encode 默认输出 \\/。`,
    body_html_escaped: `签名的请求体对 <、>、& 做了 HTML 转义（{value} 的方式）。
      ${SAME_BYTES}Go 用 json.NewEncoder 并 SetEscapeHTML(false)，Gson 用 disableHtmlEscaping()。`,
    body_html_unescaped: `签名的请求体是 <、>、& 原文，发出的却做了转义。
      ${SAME_BYTES}Go 的 json.Marshal 与 Gson 默认转义。`,
    body_strings_rewritten: `签名的请求体中字符串的转义方式不同：{value}。
      ${SAME_BYTES}`,
    body_numbers_as_decimals: `签名的请求体中整数带有 .0。
      ${SAME_BYTES}Gson 等把数字读成 double；金额以分为单位，是整数。`,
    body_numbers_shortened: `签名的请求体中数字写法不同，例如 1.0 写成 1。
      ${SAME_BYTES}`,
    body_numbers_as_text: `签名的请求体中数字带了引号。
      ${SAME_BYTES}`,
    body_text_as_numbers: `签名的请求体中形如数字的文本没有引号。
      ${SAME_BYTES}PHP 不要用 JSON_NUMERIC_CHECK。`,
    body_reserialised: `请求体由 {value} 解析并重新序列化之后才签名。
      ${SAME_BYTES}`,
    body_charset: (value) =>
      `${value === '?' ? '签名时请求体的非 ASCII 字符变成了 ?。' : `签名时请求体用了另一种字符编码：${value}。`}
      用 UTF-8 字节签名：Java getBytes(StandardCharsets.UTF_8)（默认值随系统而变），Python .encode('utf-8')；GBK 编码的 PHP 源文件会得到 GBK。`,
    body_mojibake: `请求体的字节被当作 {value} 解码，又按 UTF-8 编码了一次。
      保留原始字节，或按 UTF-8 解码：new String(bytes, UTF_8)、setCharacterEncoding。`,
    body_bom_added: `签名的请求体前面有字节顺序标记（BOM）。
      使用无 BOM 的 UTF-8：.NET new UTF8Encoding(false)，Python 用 utf-8 而不是 utf-8-sig。`,
    body_bom_missing: `发出的请求体前面有 BOM，却没有参与签名。
      发送无 BOM 的 UTF-8。`,
    body_trimmed: `签名的请求体去掉了首尾空白，发出的没有去掉。
      ${SAME_BYTES}`,
    body_space_added: (value) =>
      `签名的请求体${value === 'behind' ? '末尾' : '开头'}多了一个空格。
      ${SAME_BYTES}`,
    body_line_ends: `签名的请求体内部换行是 {value}。
      ${SAME_BYTES}注意在 Windows 上被转换的文本文件。`,
    body_hash: `签名用的是请求体的摘要：{value}。
      对请求体原文签名；用摘要是其他平台的签名方式。`,
    body_base64: `签名用的是请求体的 base64。
      对请求体原文签名。`,
    body_form_encoded: `签名用的是表单格式（{value}），发出的是 JSON。
      对 JSON 签名；a=1&b=2 是 APIv2 的方式。`,
    body_url_encoded: `签名的请求体做了 URL 编码（{value}）。
      对实际发出的 JSON 签名。`,
    body_stringified_twice: `签名的请求体是 JSON 字符串：序列化了两次。
      对象只序列化一次；已是 JSON 的文本不要再序列化。`,
    body_object_printed: `签名的请求体是 {value} 打印对象的形式，不是 JSON。
      先序列化：Python 用 json.dumps(data) 而不是 str(data)，Java 用 ObjectMapper 而不是 toString()，Go 用 json.Marshal 而不是 %v。`,

    final_line_feed_missing: `签名串末尾缺少换行。
      每一行都以 LF 结尾，最后一行也是，请求体为空时也一样：用 \\n 连接之后再加一个。请求体本身以换行结尾时，末尾就有两个换行。`,
    final_line_feed_doubled: `签名串末尾多了一个换行。
      请求体之后只有一个 LF。若请求体来自会追加换行的编码器（Go 的 json.Encoder、echo、文件），要么原样发送，要么在签名和发送前都去掉。`,
    leading_line_feed: `签名串以换行开头。
      ${REBUILD}`,
    message_spaces: `签名串中有多余的空格：{value}。
      ${REBUILD}`,
    message_quoted: `签名串被当作 JSON 字符串签名，带有引号和转义。
      ${REBUILD}`,
    message_utf16: `签名串用 {value} 编码。
      使用 UTF-8：.NET 用 Encoding.UTF8 而不是 Encoding.Unicode，C++ 不要用宽字符。`,
    line_ends: `各行以 {value} 结尾，而不是 LF。
      使用 \\n，不要用 System.lineSeparator()、Environment.NewLine、PHP_EOL 或 CRLF 源文件中的多行文本。`,
    line_feeds_literal: `各行以字符 {value} 结尾，而不是换行符。
      写成会被解释为换行的形式：PHP、Perl、Ruby 用双引号 "\\n"，shell 用 $'\\n'。`,
    line_separator: (value) =>
      `${value === '' ? '各行之间没有任何分隔。' : `各行之间以 ${JSON.stringify(value)} 分隔。`}
      ${REBUILD}`,
    lines_reordered: (value) =>
      `各行的顺序不同：${list(value)}。
      ${REBUILD}`,
    line_missing: `缺少一行：{value}。
      ${REBUILD}`,
    line_added: `多了一行：{value}。
      ${REBUILD}`,
    response_layout: `签名用的是应答的三行格式：时间戳、随机串、主体。
      ${REBUILD}三行格式用于验证应答和回调。`,
    body_only: `只对请求体签名。
      ${REBUILD}`,
    key_appended: `签名串中加入了密钥：{value}。
      签名串中不放任何密钥：&key= 是 APIv2 的方式，APIv3 只用私钥签名。`,

    header_missing: `请求没有签名：没有 Authorization 请求头。
      有的 SDK 只为微信支付的域名签名，发往其他主机的请求不签名：wechatpay-apache-httpclient，以及把 payBaseUrl 或 apiHostUrl 设为其他主机的 WxJava。请保留真实域名，并用代理（WxJava：setHttpProxyHost、setHttpProxyPort）、setRoutePlanner、setDnsResolver 或 wechatpay-mock run 把请求送到模拟服务。使用其他客户端时，请用会签名的实例发送请求，并检查请求头是否被代理去掉。`,
    header_twice: `Authorization 请求头出现了两次。
      应当设置而不是追加；拦截器可能执行了两次（例如重试时）。`,
    header_too_long: `Authorization 请求头有 {value} 个字符。
      2048 位密钥时约 600 个字符。`,
    header_line_break: `Authorization 请求头中有换行。
      写在一行之内，base64 不要换行。`,
    scheme_missing: `Authorization 请求头没有认证类型。
      以 WECHATPAY2-SHA256-RSA2048 加一个空格开头。`,
    scheme_case: `认证类型写成了 {value}。
      须大写：WECHATPAY2-SHA256-RSA2048。`,
    scheme_unknown: `没有认证类型 {value}。
      使用 WECHATPAY2-SHA256-RSA2048；/brand/ 路径使用 WECHATPAY-BRAND-SHA256-RSA2048。`,
    scheme_not_for_path: `认证类型 {value} 不适用于该路径。
      /brand/ 下的路径使用 WECHATPAY-BRAND-SHA256-RSA2048 与 brand_id，其余使用 WECHATPAY2-SHA256-RSA2048 与 mchid。`,
    scheme_sm2: `模拟服务不验证国密 SM2 签名。
      使用 RSA 签名。`,
    scheme_space: `认证类型之后不是恰好一个空格（{value}）。
      写一个空格。`,
    quotes_single: `值用了单引号：{value}。
      使用双引号。`,
    quotes_missing: `值没有引号：{value}。
      每个值都放在双引号中。`,
    quotes_typographic: `值用了中文（弯）引号：{value}。
      使用英文双引号；该行可能复制自排版文档。`,
    pairs_spaces: `键值对前后有空格：{value}。
      写成 name="value",name="value"，不含空格。`,
    pairs_separator: `键值对之间不是恰好一个逗号（{value}）。
      写成 name="value",name="value"，中间用 =，末尾不要逗号。`,
    pair_unreadable: `这里不是 name="value" 的形式：{value}
      写成 name="value"，值中不含引号。`,
    field_missing: `缺少字段 {value}。
      须有 mchid（或 brand_id）、nonce_str、timestamp、serial_no、signature。`,
    field_unknown: `没有字段 {value}。
      只有 mchid（或 brand_id）、nonce_str、timestamp、serial_no、signature。`,
    field_misnamed: `字段名有误（{value}）。
      字段名须为 mchid、nonce_str、timestamp、serial_no、signature。`,
    field_twice: `字段 {value} 出现了两次。
      每个字段只写一次。`,
    field_empty: `字段 {value} 为空。
      检查对应的配置是否已加载。`,
    nonce_too_long: `随机串有 {value} 个字符。
      使用 32 个字符；这里最多接受 128 个。`,

    clock_behind: `时间戳慢了 {value} 秒。
      用 NTP 校时，并在发送时而不是排队时生成时间戳；允许相差 300 秒。`,
    clock_ahead: `时间戳快了 {value} 秒。
      用 NTP 校时；允许相差 300 秒。`,
    clock_time_zone: `时间戳相差 {value} 小时：把本地时间当成了 UTC，或相反。
      自 1970 年起的秒数与时区无关：PHP time()，Python time.time()，Java Instant.now().getEpochSecond()。注意 utcnow().timestamp() 与 gmmktime。`,
    clock_milliseconds: `时间戳是毫秒。
      除以 1000 取整：System.currentTimeMillis() 与 Date.now() 得到的是毫秒。`,
    clock_microseconds: `时间戳是微秒。
      使用整秒。`,
    mock_clock_moved: `模拟服务的时钟被调整过：时间戳与它相差 {value} 秒，但与本机时钟相符。
      客户端无需修改。按本机时钟判断签名：PATCH /_mock/settings {"signature_clock":"machine"}、control.changeSettings，或以 --signature-clock machine 启动（signatureClock: 'machine'）；PUT /_mock/clock {"now":"machine"} 把时钟调回。`,
    clock_not_seconds: `时间戳不是秒数：{value}。
      使用自 1970 年起的整秒数，十进制数字。`,

    api_v3_key_not_set: `商户 {value} 没有设置 APIv3密钥。
      真实环境：在商户平台“账户中心 - API安全”设置。模拟服务：PATCH /_mock/merchants/{mchid} {"api_v3_key_set":true} 或 control.changeMerchant。`,
    certificate_never_applied_for: `商户 {value} 没有申请过 API 证书。
      真实环境：在商户平台“账户中心 - API安全”申请，并用它的私钥签名。${NEW_CERTIFICATE}`,
    certificate_expired: `API 证书 {value} 已过期。
      真实环境：在商户平台重新申请，改用新证书的私钥和序列号签名。${NEW_CERTIFICATE}`,
    certificate_revoked: `API 证书 {value} 已被商户作废。
      真实环境：在商户平台重新申请，改用新证书的私钥和序列号签名；作废后 7 日内也可在商户平台恢复。${NEW_CERTIFICATE}`,
    certificate_replaced: `商户已更换证书，{value} 是旧证书。
      改用新证书的私钥和序列号签名，并重启仍缓存旧私钥的进程。模拟服务：GET /_mock/credentials 给出现用的证书，POST /_mock/merchants/{mchid}/certificate（control.replaceCertificate）给出一张新的。`,

    serial_of_another_merchant: `serial_no 属于商户 {value}。
      mchid、serial_no 与私钥须属于同一商户。`,
    serial_of_platform: `serial_no 是平台的：{value}。
      serial_no 是商户 API 证书的序列号；平台的序列号应放在 Wechatpay-Serial。`,
    serial_of_another_certificate: `serial_no 是该商户另一张证书的：{value}。
      使用当前证书的序列号。`,
    serial_decimal: `serial_no 是十进制：{value}。
      写成十六进制：openssl x509 -in apiclient_cert.pem -noout -serial；Java getSerialNumber().toString(16)；Python format(serial, 'X')。`,
    serial_written_otherwise: `serial_no 不是 40 位十六进制的写法：{value}。
      写 40 位数字，不含冒号、空格和 0x，保留开头的 0。`,
    serial_unknown: `这里没有证书 {value}。
      查看您的证书的序列号：openssl x509 -in apiclient_cert.pem -noout -serial。可使用模拟服务中商户的密钥和序列号（wechatpay-mock credentials；GET /_mock/merchants 列出全部），或用您的测试证书添加商户：POST /_mock/merchants {"mchid", "merchant_certificate"}。`,
    mchid_unknown: `这里没有商户 {value}。
      使用模拟服务中的商户（wechatpay-mock credentials；GET /_mock/merchants 列出全部），或添加您的商户：POST /_mock/merchants {"mchid"} 会生成密钥，{"mchid", "merchant_certificate"} 使用您的测试证书。`,

    path_not_served: (value) =>
      `模拟服务没有这个路径${value === '' ? '' : `，最接近的是：${list(value)}`}。
      如果路径写错了，请改正；如果微信支付确有此接口，可预设它的应答（POST /_mock/answers），或自行定义产品（docs/extending.zh-CN.md）。`,
    path_of_product: (value) =>
      `路径的开头与${value === '' ? '某个产品' : `“${value}”`}的接口相同。
      请与 docs/calls.zh-CN.md 中该产品的接口核对。`,
    path_only_shaped: (value) =>
      `${value === '' ? '这个接口' : `接口 ${value} `}文档中有，但模拟服务没有它的规则，且已设为拒绝这类接口。
      如需按文档应答，请用 --shaped answer 启动，或 PATCH /_mock/settings {"shaped":"answer"}。`,
    path_case: (value) =>
      `模拟服务没有这个路径，只是大小写不同${behindColon(value)}。
      路径的大小写与文档保持一致。`,
    path_slash_added: (value) =>
      `模拟服务没有这个路径，只是末尾多了斜杠${behindColon(value)}。
      去掉末尾的斜杠。`,
    path_escape_broken: (value) =>
      `模拟服务没有这个路径，其中的百分号编码不是 UTF-8 文本${behindColon(value)}。
      路径中的值按 UTF-8 编码：encodeURIComponent、rawurlencode、指定 UTF-8 的 URLEncoder。`,
    method_not_served: (value) =>
      `只是请求方法不同${value === '' ? '' : `：这个路径使用 ${list(value)}`}。
      使用文档规定的请求方法。`,
    api_v2: `这是 API v2（XML）接口，模拟服务不支持 API v2。
      请改用对应的 API v3 接口（/v3/…，JSON），或自行模拟 API v2。`,
  },
}
