/** A header field names causes without their values. */
const behindColon = (value: string): string => (value === '' ? '' : `: ${value}`)

const REBUILD =
  'Build the message of five lines, METHOD, URL, timestamp, nonce and body, each ended by one LF (0x0A), and nothing else.'
const SAME_BYTES =
  'Serialise the body once, sign that text, and send those very bytes: give the HTTP client the string, not the object.'
const RAW_URL = 'Sign path and query exactly as they go into the request line, after the HTTP client has encoded them.'
const NEW_CERTIFICATE =
  'In the mock: POST /_mock/merchants/{mchid}/certificate (control.replaceCertificate) issues a new one, and PATCH /_mock/merchants/{mchid} {"certificate_state":"valid"} makes this one valid again.'

/** All English texts of the diagnosis. */
export const en = {
  verdicts: {
    proved: 'The signature fits a message that was made in this way, so this is what the client did:',
    verifies: 'The signature is right.',
    message_unknown:
      'The signature was made with a known key, over a message that differs from the expected one in a way that is not among the known ones.',
    key_unknown: 'The signature was made with none of the private keys whose public keys are known here.',
    not_a_signature: 'The value of signature is no RSA signature.',
  },
  rebuild: REBUILD,
  rebuildPaySign:
    'Build the message of four lines, appId, timeStamp, nonceStr and package, each ended by one LF, from the very values that the front end passes on, and sign it with the apiclient_key.pem of the merchant that placed the order.',
  expected: 'The message that should have been signed',
  signed: 'The message that was signed',
  difference: (offset: number, line: number, part: string) =>
    `They differ from byte ${offset} on, in line ${line} (${part}).`,
  /**
   * The causes by name, in the order of the parts that they concern. Names are part of the public API, so their meaning never changes.
   *
   * The client's mistake is on the first line, with `{value}` for the value of the cause; the fix, which names the libraries known for the mistake, on
   * the second.
   */
  causes: {
    // The private key that signed.
    key_of_another_merchant: `It was signed with the private key of another merchant: {value}.
      Load the apiclient_key.pem that belongs to the serial_no of the header; check which merchant the configuration is for.`,
    key_of_platform: `It was signed with the key of the platform, {value}, and not with the merchant’s.
      The platform’s key only verifies answers. Requests are signed with the merchant’s apiclient_key.pem.`,
    key_of_another_serial: `It was signed with another private key of the same merchant: that of the certificate {value}.
      After renewing the API certificate change key and serial_no together; restart whatever keeps the old one in memory.`,

    // How the signature was computed from the message.
    digest_sha1: `The message was hashed with SHA-1.
      Use SHA-256 with RSA: SHA256withRSA (Java), OPENSSL_ALGO_SHA256 (PHP, whose default is SHA-1), RSA-SHA256 (Node), hashes.SHA256() (Python).`,
    digest_md5: `The message was hashed with MD5.
      APIv3 knows only SHA-256 with RSA; MD5 belongs to the signatures of APIv2.`,
    digest_sha224: `The message was hashed with SHA-224.
      Use SHA-256 with RSA.`,
    digest_sha384: `The message was hashed with SHA-384.
      Use SHA-256 with RSA.`,
    digest_sha512: `The message was hashed with SHA-512.
      Use SHA-256 with RSA.`,
    padding_pss: `It was padded by PSS, with {value} bytes of salt.
      Use PKCS#1 v1.5: SHA256withRSA (Java, not RSASSA-PSS), padding.PKCS1v15() (Python), rsa.SignPKCS1v15 (Go), RSASignaturePadding.Pkcs1 (.NET).`,
    digest_info_missing: `The bare digest was padded, without the DigestInfo that names its hash.
      Call the library’s function for signing (RSA_sign, openssl_sign, rsa.SignPKCS1v15 with crypto.SHA256) instead of encrypting the digest with the private key.`,
    digest_as_text: `The digest was padded as text ({value}) instead of as bytes.
      Call the library’s function for signing with the message; it hashes and pads by itself.`,
    message_not_hashed: `The message itself was encrypted with the private key, without being hashed.
      Sign instead of encrypting: openssl_sign and not openssl_private_encrypt (PHP), Signature and not Cipher (Java), createSign and not privateEncrypt (Node).`,
    message_hashed_twice: `The message was hashed before it was signed, so it was hashed twice ({value}).
      Hand the message over as it is: signing with SHA-256 hashes it. Or use the variant for digests (Prehashed in Python, NONEwithRSA plus DigestInfo in Java).`,

    // How the signature was written into the header.
    signature_not_base64: `The signature is not base64.
      Encode the bytes of the signature in standard base64, on one line.`,
    signature_wrong_length: `The signature has {value} bytes, and so was not made with a key of the right length: a key of 2048 bits gives 256.
      Look whether it was cut off on its way (a column of a table, a header limit), or made with another key.`,
    signature_base64url: `The signature is in base64url: it has - and _ in place of + and /.
      Use standard base64: Base64.getEncoder() (Java), b64encode (Python), base64.StdEncoding (Go), toString('base64') (Node).`,
    signature_hex: `The signature is in hexadecimal.
      Encode the bytes in base64; SDKs for APIv2 and tools such as openssl dgst -hex give hex.`,
    signature_base64_twice: (value) =>
      `${
        value === 'hex'
          ? 'The signature is the base64 of its hexadecimal digits.'
          : 'The signature was encoded in base64 twice.'
      }
      Encode once: some libraries (crypto-js, jsrsasign, PHP wrappers) give base64 or hex already.`,
    signature_percent_encoded: `The signature is percent-encoded.
      Headers are not encoded like addresses: leave out encodeURIComponent, urlencode, URLEncoder.encode.`,
    signature_plus_as_space: `Every + of the signature became a space.
      Somewhere it was decoded as a form. Do not pass it through a query or a form, or encode it there as %2B.`,
    signature_spaces: `There are spaces or line breaks in the signature.
      Use an encoder that does not wrap lines: Base64.NO_WRAP (Android), b64encode and not encodebytes (Python), base64 -w 0 (shell), strict_encode64 (Ruby).`,
    signature_slashes_escaped: `The slashes of the signature have a backslash in front.
      It went through PHP’s json_encode; use JSON_UNESCAPED_SLASHES, or decode the JSON before using it.`,
    signature_bytes_reversed: `The bytes of the signature are in reverse order.
      CryptSignHash of Windows gives the lowest byte first: reverse it before base64.`,

    method_case: `The method was signed as {value}.
      Sign the method in upper case. axios and many HTTP clients keep it in lower case: config.method.toUpperCase().`,
    method_other: `Another method was signed: {value}.
      Sign the method that is sent; look for a default that was left in place.`,
    method_missing: `The line of the method is empty.
      ${REBUILD}`,

    url_query_missing: `The query was not signed.
      ${RAW_URL} Add the query to the path: URL.pathname + URL.search (JavaScript), getRawPath() + "?" + getRawQuery() (Java), u.RequestURI() (Go).`,
    url_question_mark_missing: `The question mark was not signed.
      ${RAW_URL}`,
    url_question_mark_added: `A question mark was signed that no query follows.
      Sign ? only when there are query parameters: WeChat Pay leaves a bare one out, even if it is sent.`,
    url_parameter_missing: `A parameter of the query was not signed: {value}.
      ${RAW_URL} Parameters that are added later (params of axios, interceptors, a proxy) have to be added before signing.`,
    url_parameters_empty_removed: `Parameters without a value were not signed.
      ${RAW_URL} The client drops empty parameters on one of the two ways only.`,
    url_parameters_reordered: `The parameters were signed in another order: {value}.
      ${RAW_URL} Do not sort them: that belongs to APIv2. Or a proxy reorders them.`,
    url_ampersands_escaped: `The ampersands of the query were signed as &amp;.
      The address was escaped for HTML: in PHP http_build_query with arg_separator &amp;, or htmlspecialchars.`,
    url_decoded: `The URL was signed decoded ({value}), but sent percent-encoded.
      ${RAW_URL} Use getRawPath and getRawQuery (Java), EscapedPath and RawQuery (Go), REQUEST_URI (PHP).`,
    url_encoded_otherwise: `The URL was signed in another percent-encoding: {value}.
      ${RAW_URL} A space is %20 or +, and !'()*~:,$ are encoded by some: sign what your client really sends.`,
    url_encoding_case: `The percent-encoding was signed with hexadecimal digits in {value} case.
      ${RAW_URL}`,
    url_host: `The URL was signed with {value} in front.
      ${RAW_URL} Sign path and query only, without scheme and host.`,
    url_prefix_missing: `The path was signed without {value} in front, which was sent.
      Sign the whole path. Put a base URL with a path before signing, or mount the service at the root: a gateway that adds a prefix breaks the signature.`,
    url_prefix_added: `The path was signed with {value} in front, which was not sent.
      A proxy or gateway takes a prefix off. Sign the path that arrives: point the base URL at the root of the service.`,
    url_leading_slash_missing: `The path was signed without its leading slash.
      Sign /v3/…, with the slash.`,
    url_leading_slash_doubled: `The path was signed with two leading slashes.
      Join base URL and path with one slash.`,
    url_trailing_slash_missing: `The path was signed without its trailing slash.
      ${RAW_URL} A framework or a proxy adds the slash.`,
    url_trailing_slash_added: (value) =>
      `The ${value === '' ? 'path' : 'query'} was signed with a trailing slash.
      ${RAW_URL} Sign without the slash that was not sent.`,
    url_lower_case: (value) =>
      `The path${value === '' ? ' was' : ' and the query were'} signed in lower case.
      ${RAW_URL} Codes, openids and order numbers in a path keep their case.`,
    url_path_missing: (value) =>
      `Only ${value === '/' ? 'a slash was signed in place of the path' : 'the query was signed, without the path'}.
      ${RAW_URL}`,
    url_missing: `The line of the URL is empty.
      ${REBUILD}`,

    timestamp_milliseconds: `The timestamp was signed in milliseconds, {value}, but sent in seconds.
      Read the clock once, divide by 1000, round down, and use that value for message and header.`,
    timestamp_seconds: `The timestamp was signed in seconds, {value}, but passed on in milliseconds.
      Make it once, in seconds and as a text, and use that value for message and front end.`,
    timestamp_differs: `Another timestamp was signed than was sent: {value}.
      Read the clock once and use that value for message and header.`,
    timestamp_time_zone: `A timestamp was signed that is whole hours from the one that was sent: {value}.
      Read the clock once; seconds since 1970 know no time zone, so add no offset.`,
    timestamp_missing: `The line of the timestamp is empty.
      ${REBUILD}`,

    // The signature of a front end (paySign).
    appid_missing: `The line of the appid is empty.
      Sign the appId that the front end passes on.`,
    appid_other: `Another appid was signed: {value}.
      Sign the appId that the front end passes on: the one that the order was placed with.`,
    package_prefix_missing: `The prepay_id was signed without prepay_id= in front.
      The fourth line is package as it is passed on: prepay_id=wx…; only an app signs the bare prepay_id.`,
    package_prefix_added: `The prepay_id was signed with prepay_id= in front.
      An app signs the bare prepay_id; JSAPI and mini programs sign prepay_id=wx….`,
    package_other: `Another package was signed: {value}.
      Sign package as it is passed on.`,

    pay_sign_api_v2: `The signature is an MD5 or an HMAC, in hexadecimal: that of API v2.
      An order of API v3 is paid with signType RSA: base64 of SHA256withRSA over the four lines.`,
    sign_type_other: (value) =>
      `The signType is ${value === '' ? 'missing, so that MD5 is taken' : value}.
      Pass signType: 'RSA' on: an order of API v3 has no other.`,

    nonce_missing: `The line of the nonce is empty.
      Make the nonce before the message, and use the same one for message and header.`,
    nonce_is_timestamp: `The timestamp was signed in place of the nonce.
      ${REBUILD}`,
    nonce_case: `The nonce was signed in {value} case.
      Use the same text for message and header.`,
    nonce_dashes: `The nonce was signed {value} dashes.
      Take the dashes off the UUID before it is used for either message or header.`,

    body_missing: `The body was not signed: its line is empty.
      Sign the body of every method that sends one; only without a body the last line is empty.`,
    body_placeholder: `{value} was signed in place of the body.
      Sign the text that is sent. [object Object] and Array are objects that were not serialised; {} and null stand for a body that is not sent.`,
    body_is_query: `The query was signed as the body ({value}).
      A GET has an empty body line; the query belongs to the URL line.`,
    body_whole_upload: `The whole multipart body was signed.
      Of an upload only the JSON of the part named meta is signed.`,
    body_keys_sorted: (value) =>
      `The body was signed with its members sorted by name${value === '' ? '' : ', the outermost ones only'}.
      ${SAME_BYTES} Do not sort: that belongs to APIv2. Known for it: ksort, sort_keys=True, TreeMap, Go’s map, ORDER_MAP_ENTRIES_BY_KEYS.`,
    body_fields_reordered: `The body was signed with its members in another order: {value}.
      ${SAME_BYTES} Or a proxy between client and service serialises the JSON anew.`,
    body_field_missing: `A member of the body was not signed: {value}.
      Something adds it after signing: an interceptor, a default, a proxy. Add it before.`,
    body_nulls_removed: `The body was signed without the members that are null.
      ${SAME_BYTES} Known for it: Include.NON_NULL (Jackson), omitempty (Go), Gson, which leaves null out by default.`,
    body_empty_removed: `The body was signed without the members that are empty.
      ${SAME_BYTES} Known for it: array_filter (PHP), NON_EMPTY (Jackson), omitempty (Go).`,
    body_spaces: `The body was signed with spaces: it has {value} between its parts.
      ${SAME_BYTES} Python’s json.dumps puts spaces behind , and :, unless separators=(',', ':').`,
    body_pretty_printed: `The body was signed pretty-printed ({value}).
      ${SAME_BYTES} Known for it: JSON.stringify(…, null, 2), INDENT_OUTPUT, setPrettyPrinting, JSON_PRETTY_PRINT, MarshalIndent.`,
    body_compacted: `The body was signed without the white space that was sent.
      ${SAME_BYTES} A formatted text was sent, but parsed and serialised for signing; or requests’ json= wrote it with spaces.`,
    body_unicode_escaped: `The body was signed with characters beyond ASCII as \\uXXXX ({value} case).
      ${SAME_BYTES} PHP: JSON_UNESCAPED_UNICODE. Python: ensure_ascii=False. fastjson: without BrowserCompatible.`,
    body_unicode_unescaped: `The body was signed with characters as they are, that were sent as \\uXXXX.
      ${SAME_BYTES} The HTTP client serialises anew: requests’ json=, Guzzle’s json option. Use data= or body with the signed text.`,
    body_slashes_escaped: `The body was signed with \\/ in place of /.
      ${SAME_BYTES} PHP: JSON_UNESCAPED_SLASHES.`,
    body_slashes_unescaped: `The body was signed with /, but sent with \\/.
      ${SAME_BYTES} Guzzle’s json option and json_encode write \\/ by default.`,
    body_html_escaped: `The body was signed with <, > and & escaped for HTML (as {value} does).
      ${SAME_BYTES} Go: json.NewEncoder with SetEscapeHTML(false). Gson: disableHtmlEscaping().`,
    body_html_unescaped: `The body was signed with <, > and & as they are, but sent with them escaped.
      ${SAME_BYTES} Go’s json.Marshal and Gson escape them by default.`,
    body_strings_rewritten: `The body was signed with its strings escaped in another way: {value}.
      ${SAME_BYTES}`,
    body_numbers_as_decimals: `Whole numbers of the body were signed with .0 behind.
      ${SAME_BYTES} Gson and JavaScriptCore read numbers as double; amounts are whole fen.`,
    body_numbers_shortened: `Numbers of the body were signed in another form than was sent, such as 1 for 1.0.
      ${SAME_BYTES}`,
    body_numbers_as_text: `Numbers of the body were signed in quotes.
      ${SAME_BYTES}`,
    body_text_as_numbers: `Texts of the body that look like numbers were signed without quotes.
      ${SAME_BYTES} PHP: without JSON_NUMERIC_CHECK.`,
    body_reserialised: `The body was signed after it had been read and written anew by {value}.
      ${SAME_BYTES}`,
    body_charset: (value) =>
      `${
        value === '?'
          ? 'The body was signed with ? in place of the characters beyond ASCII.'
          : `The body was signed in another character encoding: ${value}.`
      }
      Sign the bytes in UTF-8: getBytes(StandardCharsets.UTF_8) (Java, whose default follows the system), .encode('utf-8') (Python); source files in GBK give GBK (PHP).`,
    body_mojibake: `The bytes of the body were taken for {value} and encoded in UTF-8 once more.
      Keep the bytes, or decode them as UTF-8: new String(bytes, UTF_8), setCharacterEncoding.`,
    body_bom_added: `The body was signed with a byte order mark in front.
      Write UTF-8 without BOM: new UTF8Encoding(false) (.NET), utf-8 and not utf-8-sig (Python).`,
    body_bom_missing: `The body was sent with a byte order mark in front that was not signed.
      Send UTF-8 without BOM.`,
    body_trimmed: `The body was signed without the white space around it that was sent.
      ${SAME_BYTES}`,
    body_space_added: `The body was signed with a space {value}.
      ${SAME_BYTES}`,
    body_line_ends: `The line ends inside the body were signed as {value}.
      ${SAME_BYTES} Beware of text files that change on Windows.`,
    body_hash: `A hash of the body was signed in its place: {value}.
      Sign the body itself; its hash belongs to other services’ signatures.`,
    body_base64: `The base64 of the body was signed in its place.
      Sign the body itself.`,
    body_form_encoded: `The body was signed as a form ({value}), but sent as JSON.
      Sign the JSON. a=1&b=2 belongs to APIv2.`,
    body_url_encoded: `The body was signed percent-encoded ({value}).
      Sign the JSON as it is sent.`,
    body_stringified_twice: `The body was signed as a JSON string: it was serialised twice.
      Serialise the object once; a text that is JSON already is not serialised again.`,
    body_object_printed: `The body was signed as {value} prints an object, and not as JSON.
      Serialise it: json.dumps(data) and not str(data) (Python), an ObjectMapper and not toString() (Java), json.Marshal and not %v (Go).`,

    final_line_feed_missing: `The line feed at the very end was not signed.
      Every line ends with LF, the last one too, even when the body is empty: join lines with \\n and add one more. A body that itself ends with a line feed makes two.`,
    final_line_feed_doubled: `There are two line feeds at the end of the signed message.
      One LF behind the body. If the body comes from an encoder that ends with a line feed (json.Encoder of Go, echo, a file), send it so as well, or cut it off before both.`,
    leading_line_feed: `The signed message begins with a line feed.
      ${REBUILD}`,
    message_spaces: `There are spaces in the signed message: {value}.
      ${REBUILD}`,
    message_quoted: `The message was signed as a JSON string, in quotes and with escapes.
      ${REBUILD}`,
    message_utf16: `The message was signed in {value}.
      Encode it in UTF-8: Encoding.UTF8 and not Encoding.Unicode (.NET), UTF-8 and not wide strings (C++).`,
    line_ends: `The lines end with {value} in place of LF.
      Use \\n: not System.lineSeparator(), Environment.NewLine, PHP_EOL or a text block of a file with CRLF.`,
    line_feeds_literal: `The lines end with the characters {value} in place of a line feed.
      Write it so that the language makes a line feed of it: "\\n" in double quotes in PHP, Perl and Ruby, $'\\n' in a shell.`,
    line_separator: (value) =>
      `The lines are ${value === '' ? 'not separated at all' : `separated by ${JSON.stringify(value)}`}.
      ${REBUILD}`,
    lines_reordered: `The lines are in another order: {value}.
      ${REBUILD}`,
    line_missing: `A line is missing: {value}.
      ${REBUILD}`,
    line_added: `There is a line too many: {value}.
      ${REBUILD}`,
    response_layout: `The three lines of an answer were signed: timestamp, nonce, body.
      ${REBUILD} Three lines are for verifying answers and callbacks.`,
    body_only: `Only the body was signed.
      ${REBUILD}`,
    key_appended: `A key was signed as well: {value}.
      Put no key into the message: &key= belongs to APIv2. In APIv3 only the private key signs.`,

    // Faults of an `Authorization` header, found before its signature is checked.
    header_missing: `Nothing was signed: there is no Authorization header.
      Some SDKs sign only for WeChat Pay’s own hosts and send everything else unsigned: wechatpay-apache-httpclient, and WxJava with a payBaseUrl or apiHostUrl of another host. Keep the real host there and lead the calls to the mock through a proxy (WxJava: setHttpProxyHost, setHttpProxyPort), setRoutePlanner, setDnsResolver or wechatpay-mock run. With any other client, make the call through the instance that signs, and check that no proxy strips the header.`,
    header_twice: `The Authorization header came twice.
      Set it instead of adding it; an interceptor may run twice, on a retry say.`,
    header_too_long: `The Authorization header has {value} characters.
      It has about 600 with a key of 2048 bits.`,
    header_line_break: `There are line breaks in the Authorization header.
      Write it on one line; use a base64 encoder that does not wrap.`,
    scheme_missing: `The Authorization header does not begin with a scheme.
      Begin with WECHATPAY2-SHA256-RSA2048 and a space.`,
    scheme_case: `The scheme is written {value}.
      Write it in upper case: WECHATPAY2-SHA256-RSA2048.`,
    scheme_unknown: `There is no scheme {value}.
      Use WECHATPAY2-SHA256-RSA2048, or WECHATPAY-BRAND-SHA256-RSA2048 for /brand/.`,
    scheme_not_for_path: `The scheme {value} is not the one for this path.
      Paths under /brand/ need WECHATPAY-BRAND-SHA256-RSA2048 with brand_id, all others WECHATPAY2-SHA256-RSA2048 with mchid.`,
    scheme_sm2: `The mock does not verify SM2 signatures.
      Sign with RSA.`,
    scheme_space: `Behind the scheme there is not exactly one space ({value}).
      Put one space there.`,
    quotes_single: `Values are in single quotes: {value}.
      Use double quotes.`,
    quotes_missing: `Values are without quotes: {value}.
      Put every value into double quotes.`,
    quotes_typographic: `Values are in typographic quotes: {value}.
      Use ASCII double quotes; the line was copied from a formatted document.`,
    pairs_spaces: `There are spaces around a pair: {value}.
      Write name="value",name="value" without any space.`,
    pairs_separator: `Pairs are not joined by one comma each ({value}).
      Write name="value",name="value", with = inside and no comma at the end.`,
    pair_unreadable: `This does not read as name="value": {value}
      Write name="value" pairs, and no quotes inside values.`,
    field_missing: `A field is missing: {value}.
      There have to be mchid (or brand_id), nonce_str, timestamp, serial_no and signature.`,
    field_unknown: `There is no field {value}.
      There are mchid (or brand_id), nonce_str, timestamp, serial_no and signature.`,
    field_misnamed: `A field is called otherwise ({value}).
      Use the names exactly: mchid, nonce_str, timestamp, serial_no, signature.`,
    field_twice: `A field is there twice: {value}.
      Write each field once.`,
    field_empty: `A field is empty: {value}.
      Look whether its configuration is loaded.`,
    nonce_too_long: `The nonce has {value} characters.
      Use 32 characters; 128 are accepted here.`,

    clock_behind: `The timestamp is {value} seconds behind.
      Set the clock by NTP, and make the timestamp when the request is sent, not when it is queued; 300 seconds are allowed.`,
    clock_ahead: `The timestamp is {value} seconds ahead.
      Set the clock by NTP; 300 seconds are allowed.`,
    clock_time_zone: `The timestamp is {value} hours off: local time was taken for UTC, or the other way round.
      Seconds since 1970 know no time zone: time() (PHP), time.time() (Python), Instant.now().getEpochSecond() (Java). Beware of utcnow().timestamp() and gmmktime.`,
    clock_milliseconds: `The timestamp is in milliseconds.
      Divide by 1000 and round down: System.currentTimeMillis() and Date.now() give milliseconds.`,
    clock_microseconds: `The timestamp is in microseconds.
      Use whole seconds.`,
    clock_not_seconds: `The timestamp is not a number of seconds: {value}.
      Use whole seconds since 1970, in decimal digits.`,
    mock_clock_moved: `The mock's clock was moved: the timestamp is {value} seconds off that, and fits the machine's.
      Nothing is wrong with the client. Let signatures be judged by the machine's clock: PATCH /_mock/settings {"signature_clock":"machine"}, control.changeSettings, or --signature-clock machine at the start (signatureClock: 'machine'). PUT /_mock/clock {"now":"machine"} puts the mock's clock back.`,

    // Obstacles to a merchant's calls, independent of their signatures.
    api_v3_key_not_set: `Merchant {value} has set no APIv3 key.
      In production: set it in the merchant platform (账户中心, API安全). In the mock: PATCH /_mock/merchants/{mchid} {"api_v3_key_set":true}, or control.changeMerchant.`,
    certificate_never_applied_for: `Merchant {value} never applied for an API certificate.
      In production: apply for one in the merchant platform (账户中心, API安全) and sign with its private key. ${NEW_CERTIFICATE}`,
    certificate_expired: `The API certificate {value} has expired.
      In production: apply for a new one in the merchant platform, and sign with its private key and serial. ${NEW_CERTIFICATE}`,
    certificate_revoked: `The merchant has revoked the API certificate {value}.
      In production: apply for a new one in the merchant platform, and sign with its private key and serial; or restore this one there within seven days. ${NEW_CERTIFICATE}`,
    certificate_replaced: `The merchant has a newer API certificate than {value}.
      Sign with the private key and serial of the new one, and restart processes that still hold the old key. In the mock: GET /_mock/credentials shows the one in use, and POST /_mock/merchants/{mchid}/certificate (control.replaceCertificate) issues another.`,

    serial_of_another_merchant: `The serial_no is that of merchant {value}.
      mchid, serial_no and private key have to be of one merchant.`,
    serial_of_platform: `The serial_no is the platform’s: {value}.
      serial_no names the merchant’s API certificate; the platform’s serial belongs into Wechatpay-Serial.`,
    serial_of_another_certificate: `The serial_no is that of another certificate of this merchant: {value}.
      Use the serial of the certificate in use.`,
    serial_decimal: `The serial_no is in decimal: {value}.
      Write it in hexadecimal: openssl x509 -in apiclient_cert.pem -noout -serial; getSerialNumber().toString(16) (Java); format(serial, 'X') (Python).`,
    serial_written_otherwise: `The serial_no is not written as 40 hexadecimal digits: {value}.
      Write the 40 digits without colons, spaces and 0x, with leading zeros.`,
    serial_unknown: `There is no certificate {value} here.
      Look up that of your certificate: openssl x509 -in apiclient_cert.pem -noout -serial. Use key and serial of a merchant of the mock (wechatpay-mock credentials; GET /_mock/merchants lists all), or add a merchant with your test certificate: POST /_mock/merchants {"mchid", "merchant_certificate"}.`,
    mchid_unknown: `There is no merchant {value} here.
      Use a merchant of the mock (wechatpay-mock credentials; GET /_mock/merchants lists all), or add yours: POST /_mock/merchants {"mchid"} makes its key, {"mchid", "merchant_certificate"} takes your test certificate.`,

    // Reasons why a path does not have a call.
    path_not_served: (value) =>
      `The mock does not serve this path.${value === '' ? '' : ` The nearest: ${value}.`}
      If it is misspelt, correct it. If WeChat Pay has such a call, plan its answer (POST /_mock/answers), or add it as a product of your own (docs/extending.md).`,
    path_of_product: (value) =>
      `It begins like the calls of ${value === '' ? 'a documented product' : value}.
      Compare it with the calls of that product in docs/calls.md.`,
    path_only_shaped: (value) =>
      `${value === '' ? 'This call' : value} is documented, but the mock has no rules for it and is set to refuse such calls.
      To have it answered in its documented shape, start the mock with --shaped answer, or PATCH /_mock/settings {"shaped":"answer"}.`,
    path_case: (value) =>
      `The mock serves this path only in another letter case${behindColon(value)}.
      Write the path exactly as it is documented.`,
    path_slash_added: (value) =>
      `The mock serves this path only without the trailing slash${behindColon(value)}.
      Leave out the trailing slash.`,
    path_escape_broken: (value) =>
      `The mock does not serve this path. A percent escape in it is not valid UTF-8${behindColon(value)}.
      Encode the values in a path as UTF-8: encodeURIComponent, rawurlencode, URLEncoder with UTF-8.`,
    method_not_served: (value) =>
      `Only the method differs${value === '' ? '' : `: this path takes ${value}`}.
      Use the method that the page has.`,
    api_v2: `This is a call of API v2 (XML), which the mock does not simulate.
      Use the API v3 call that replaces it (/v3/…, JSON), or simulate API v2 yourself.`,
  } satisfies Record<string, string | ((value: string) => string)>,
}
