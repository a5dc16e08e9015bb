<?php
// A shop with w7corp/easywechat: a step as a line of JSON on standard input, what came of it as a line on standard output.
declare(strict_types=1);

require (getenv('COMPOSER_VENDOR_DIR') ?: __DIR__ . '/vendor') . '/autoload.php';

use EasyWeChat\Kernel\Support\AesGcm;
use EasyWeChat\Pay\Application;
use Nyholm\Psr7\ServerRequest;

/** Calls by their step; the SDK names none of them. */
const CALLS = [
    'associate' => 'POST v3/marketing/busifavor/coupons/associate',
    'disassociate' => 'POST v3/marketing/busifavor/coupons/disassociate',
    'use' => 'POST v3/marketing/busifavor/coupons/use',
    'query' => 'GET v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}',
    'stock' => 'GET v3/marketing/busifavor/stocks/{stock_id}',
    'patch' => 'PATCH v3/marketing/busifavor/stocks/{stock_id}',
    'order' => 'GET v3/pay/transactions/out-trade-no/{out_trade_no}',
    'close' => 'POST v3/pay/transactions/out-trade-no/{out_trade_no}/close',
    'refund' => 'POST v3/refund/domestic/refunds',
];

/** An error answer of WeChat Pay. */
final class Refusal extends Exception
{
    public function __construct(public readonly array $body)
    {
        parent::__construct();
    }
}

$apiV3Key = getenv('WECHATPAY_API_V3_KEY');
$publicKeyId = getenv('WECHATPAY_PUBLIC_KEY_ID');
$baseUrl = getenv('WECHATPAY_BASE_URL');
$app = new Application([
    'mch_id' => getenv('WECHATPAY_MCHID'),
    'secret_key' => $apiV3Key,
    'private_key' => getenv('WECHATPAY_MERCHANT_PRIVATE_KEY'),
    'certificate' => getenv('WECHATPAY_MERCHANT_CERTIFICATE'),
    'platform_certs' => $publicKeyId
        ? [$publicKeyId => getenv('WECHATPAY_PUBLIC_KEY')]
        : [getenv('WECHATPAY_PLATFORM_SERIAL_NO') => getenv('WECHATPAY_PLATFORM_CERTIFICATE')],
    'http' => ['throw' => false] + ($baseUrl ? ['base_uri' => "$baseUrl/"] : []),
]);

/** Makes a call, and verifies the answer, which the SDK leaves to its caller. */
$send = function (string $way, array $options = []) use ($app): array {
    $response = $app->getClient()->request(...explode(' ', $way), options: $options);
    $app->getValidator()->validate($response->toPsrResponse());
    $body = json_decode($response->getContent(false), true) ?? [];
    return $response->isFailed() ? throw new Refusal(['status' => $response->getStatusCode()] + $body) : $body;
};
/** Fills in the variables of a path; the rest is the query, or the body. */
$named = function (string $way, array $fields) use ($send): array {
    $filled = preg_replace_callback('/\{(\w+)\}/', function (array $variable) use (&$fields) {
        $value = rawurlencode($fields[$variable[1]]);
        unset($fields[$variable[1]]);
        return $value;
    }, $way);
    return $send($filled, [str_starts_with($way, 'GET') ? 'query' : 'json' => $fields]);
};
$steps = [
    'call' => fn (array $fields) => $send(
        $fields['method'],
        array_filter(['json' => $fields['arguments'][0] ?? []])
    ),
    'certificates' => fn () => ['certificates' => array_map(function (array $one) use ($apiV3Key) {
        ['ciphertext' => $ciphertext, 'nonce' => $nonce, 'associated_data' => $aad] = $one['encrypt_certificate'];
        $key = openssl_pkey_get_public(AesGcm::decrypt($ciphertext, $apiV3Key, $nonce, $aad));
        $pem = openssl_pkey_get_details($key)['key'];
        return ['serial_no' => $one['serial_no'], 'public_key' => preg_replace('/-----.*?-----|\s/', '', $pem)];
    }, $send('GET v3/certificates')['data'])],
    'callback' => function (array $fields) use ($app) {
        $request = new ServerRequest('POST', '/notify', $fields['headers'], $fields['body']);
        $app->getValidator()->validate($request);
        return $app->getServer()->getDecryptedMessage($request)->toArray();
    },
];
$steps['paid'] = $steps['callback'];
$steps['told'] = $steps['callback'];

while (($line = fgets(STDIN)) !== false) {
    ['step' => $step, 'fields' => $fields] = json_decode($line, true);
    try {
        $answer = isset(CALLS[$step]) ? $named(CALLS[$step], $fields) : $steps[$step]($fields);
        $outcome = ['answer' => (object) $answer];
    } catch (Refusal $refusal) {
        $outcome = ['refused' => $refusal->body];
    } catch (Throwable $error) {
        $outcome = ['failed' => get_class($error) . ': ' . $error->getMessage()];
    }
    echo json_encode(['step' => $step] + $outcome, JSON_UNESCAPED_UNICODE), "\n";
}
