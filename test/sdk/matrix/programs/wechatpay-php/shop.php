<?php
// A shop with wechatpay/wechatpay: a step as a line of JSON on standard input, what came of it as a line on standard output.
declare(strict_types=1);

require (getenv('COMPOSER_VENDOR_DIR') ?: __DIR__ . '/vendor') . '/autoload.php';

use GuzzleHttp\Exception\BadResponseException;
use WeChatPay\Builder;
use WeChatPay\Crypto\AesGcm;
use WeChatPay\Crypto\Rsa;
use WeChatPay\Formatter;

$apiV3Key = getenv('WECHATPAY_API_V3_KEY');
$publicKeyId = getenv('WECHATPAY_PUBLIC_KEY_ID');
$certs = $publicKeyId
    ? [$publicKeyId => Rsa::from(getenv('WECHATPAY_PUBLIC_KEY'), Rsa::KEY_TYPE_PUBLIC)]
    : [getenv('WECHATPAY_PLATFORM_SERIAL_NO')
        => Rsa::from(getenv('WECHATPAY_PLATFORM_CERTIFICATE'), Rsa::KEY_TYPE_PUBLIC)];
$baseUrl = getenv('WECHATPAY_BASE_URL');
$instance = Builder::factory(
    ($baseUrl ? ['base_uri' => "$baseUrl/"] : []) + [
        'mchid' => getenv('WECHATPAY_MCHID'),
        'serial' => getenv('WECHATPAY_MERCHANT_SERIAL_NO'),
        'privateKey' => Rsa::from(getenv('WECHATPAY_MERCHANT_PRIVATE_KEY'), Rsa::KEY_TYPE_PRIVATE),
        'certs' => $certs,
    ]
);

$coupons = $instance->v3->marketing->busifavor->coupons;
$transfers = $instance->chain('v3/fund-app/mch-transfer');
$bill = $transfers->chain('transfer-bills/out-bill-no/{out_bill_no}');
$receipt = $transfers->chain('elecsign/out-bill-no/{out_bill_no}');
$authorization = $transfers->chain('user-confirm-authorization/out-authorization-no/{out_authorization_no}');
$stock = $instance->chain('v3/marketing/busifavor/stocks/{stock_id}');
$order = $instance->chain('v3/pay/transactions/out-trade-no/{out_trade_no}');
$json = fn ($response) => json_decode((string) $response->getBody(), true);
/** The SDK names no call of transfers: each is made by its path. */
$withName = fn ($call, array $fields) => $json($call->post([
    'json' => ['user_name' => Rsa::encrypt($fields['user_name'], reset($certs))] + $fields,
    'headers' => ['Wechatpay-Serial' => key($certs)],
]));
/** What an answer leads to is not signed: it goes past the verifier. */
$file = function (array $answer) use ($instance) {
    ['path' => $path, 'query' => $query] = parse_url($answer['download_url']);
    $stack = clone $instance->getDriver()->select()->getConfig('handler');
    $stack->remove('verifier');
    return (string) $instance->chain(ltrim($path, '/'))->get(['query' => $query, 'handler' => $stack])->getBody();
};
$steps = [
    'associate' => fn (array $fields) => $json($coupons->associate->post(['json' => $fields])),
    'disassociate' => fn (array $fields) => $json($coupons->disassociate->post(['json' => $fields])),
    'use' => fn (array $fields) => $json($coupons->use->post(['json' => $fields])),
    'query' => fn (array $fields) => $json(
        $instance->chain('v3/marketing/busifavor/users/{openid}/coupons/{coupon_code}/appids/{appid}')->get($fields)
    ),
    'stock' => fn (array $fields) => $json($stock->get($fields)),
    'patch' => fn (array $fields) => $json($stock->patch([
        'stock_id' => $fields['stock_id'],
        'json' => array_diff_key($fields, ['stock_id' => 0]),
    ])) ?? new stdClass(),
    'order' => fn (array $fields) => $json($order->get([
        'out_trade_no' => $fields['out_trade_no'],
        'query' => ['mchid' => $fields['mchid']],
    ])),
    'close' => fn (array $fields) => $json($order->close->post([
        'out_trade_no' => $fields['out_trade_no'],
        'json' => ['mchid' => $fields['mchid']],
    ])) ?? new stdClass(),
    'refund' => fn (array $fields) => $json($instance->v3->refund->domestic->refunds->post(['json' => $fields])),
    'transfer' => fn (array $fields) => $withName($transfers->chain('transfer-bills'), $fields),
    'authorized' => fn (array $fields) => $withName($transfers->chain('transfer-bills/transfer'), $fields),
    'bill' => function (array $fields) use ($transfers, $bill, $json) {
        $call = isset($fields['out_bill_no'])
            ? $bill
            : $transfers->chain('transfer-bills/transfer-bill-no/{transfer_bill_no}');
        $answer = $json($call->get($fields));
        $key = Rsa::from(getenv('WECHATPAY_MERCHANT_PRIVATE_KEY'), Rsa::KEY_TYPE_PRIVATE);
        return ['user_name' => Rsa::decrypt($answer['user_name'], $key)] + $answer;
    },
    'cancel' => fn (array $fields) => $json($bill->chain('cancel')->post($fields + ['json' => new stdClass()])),
    'receipt_apply' => fn (array $fields) => $json($transfers->chain('elecsign/out-bill-no')->post(['json' => $fields])),
    'receipt' => function (array $fields) use ($receipt, $json, $file) {
        $answer = $json($receipt->get($fields));
        return ['downloaded' => hash('sha256', $file($answer))] + $answer;
    },
    'trade_bill' => function (array $fields) use ($instance, $json, $file) {
        $answer = $json($instance->v3->bill->tradebill->get(['query' => $fields]));
        return ['downloaded' => hash('sha1', $file($answer))] + $answer;
    },
    'authorize' => fn (array $fields) => $json(
        $transfers->chain('user-confirm-authorization')->post(['json' => $fields])
    ),
    'authorization' => fn (array $fields) => $json($authorization->get($fields)),
    'revoke' => fn (array $fields) => $json($authorization->chain('close')->post($fields + ['json' => new stdClass()])),
    'call' => function (array $fields) use ($instance, $json) {
        [$verb, $path] = explode(' ', $fields['method']);
        return $json($instance->chain($path)->{strtolower($verb)}(...$fields['arguments'])) ?? new stdClass();
    },
    'encrypt' => fn (array $fields) => ['text' => Rsa::encrypt($fields['text'], reset($certs))],
    'certificates' => fn () => ['certificates' => array_map(function (array $one) use ($apiV3Key) {
        ['ciphertext' => $ciphertext, 'nonce' => $nonce, 'associated_data' => $aad] = $one['encrypt_certificate'];
        $key = openssl_pkey_get_public(AesGcm::decrypt($ciphertext, $apiV3Key, $nonce, $aad));
        $pem = openssl_pkey_get_details($key)['key'];
        return ['serial_no' => $one['serial_no'], 'public_key' => preg_replace('/-----.*?-----|\s/', '', $pem)];
    }, $json($instance->v3->certificates->get())['data'])],
    'callback' => function (array $fields) use ($certs, $apiV3Key) {
        $headers = $fields['headers'];
        $message = Formatter::joinedByLineFeed(
            $headers['Wechatpay-Timestamp'],
            $headers['Wechatpay-Nonce'],
            $fields['body']
        );
        if (!Rsa::verify($message, $headers['Wechatpay-Signature'], $certs[$headers['Wechatpay-Serial']])) {
            throw new UnexpectedValueException('the signature of the callback does not verify');
        }
        ['ciphertext' => $ciphertext, 'nonce' => $nonce, 'associated_data' => $aad]
            = json_decode($fields['body'], true)['resource'];
        return json_decode(AesGcm::decrypt($ciphertext, $apiV3Key, $nonce, $aad), true);
    },
];

$steps['paid'] = $steps['callback'];
$steps['told'] = $steps['callback'];

while (($line = fgets(STDIN)) !== false) {
    ['step' => $step, 'fields' => $fields] = json_decode($line, true);
    try {
        $outcome = ['answer' => $steps[$step]($fields)];
    } catch (BadResponseException $error) {
        $outcome = ['refused' => ['status' => $error->getResponse()->getStatusCode()] + $json($error->getResponse())];
    } catch (Throwable $error) {
        $outcome = ['failed' => get_class($error) . ': ' . $error->getMessage()];
    }
    echo json_encode(['step' => $step] + $outcome, JSON_UNESCAPED_UNICODE), "\n";
}
