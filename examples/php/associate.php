<?php
// Links a coupon to an order with the official PHP SDK, in all six ways in which the SDK writes the call.
//
//   composer install
//   npx wechatpay-mock run -- php associate.php
declare(strict_types=1);

require (getenv('COMPOSER_VENDOR_DIR') ?: __DIR__ . '/vendor') . '/autoload.php';

use GuzzleHttp\Exception\RequestException;
use WeChatPay\Builder;
use WeChatPay\Crypto\Rsa;

// The SDK verifies each answer with the key that its Wechatpay-Serial names.
$certs = [];
foreach ([['PLATFORM_SERIAL_NO', 'PLATFORM_CERTIFICATE'], ['PUBLIC_KEY_ID', 'PUBLIC_KEY']] as [$id, $key]) {
    if (getenv("WECHATPAY_$id") !== false) {
        $certs[getenv("WECHATPAY_$id")] = Rsa::from(getenv("WECHATPAY_$key"), Rsa::KEY_TYPE_PUBLIC);
    }
}
$instance = Builder::factory([
    'mchid' => getenv('WECHATPAY_MCHID'),
    'serial' => getenv('WECHATPAY_MERCHANT_SERIAL_NO'),
    'privateKey' => Rsa::from(getenv('WECHATPAY_MERCHANT_PRIVATE_KEY'), Rsa::KEY_TYPE_PRIVATE),
    'certs' => $certs,
]);

$json = [
    'stock_id' => '100088',
    'coupon_code' => 'sxxe34343434',
    'out_trade_no' => 'MCH_102233445',
    'out_request_no' => '1002600620019090123143254435',
];
$ways = [
    'property chain, post' => fn () => $instance->v3->marketing->busifavor->coupons->associate->post(['json' => $json]),
    'property chain, postAsync' => fn () => $instance->v3->marketing->busifavor->coupons->associate
        ->postAsync(['json' => $json])->wait(),
    'chain(), post' => fn () => $instance->chain('v3/marketing/busifavor/coupons/associate')->post(['json' => $json]),
    'chain(), postAsync' => fn () => $instance->chain('v3/marketing/busifavor/coupons/associate')
        ->postAsync(['json' => $json])->wait(),
    'array access, post' => fn () => $instance['v3/marketing/busifavor/coupons/associate']->post(['json' => $json]),
    'array access, postAsync' => fn () => $instance['v3/marketing/busifavor/coupons/associate']
        ->postAsync(['json' => $json])->wait(),
];

foreach ($ways as $name => $way) {
    try {
        $time = json_decode((string) $way()->getBody(), true)['wechatpay_associate_time'];
        echo "$name: $time\n";
    } catch (RequestException $error) {
        // Refused by WeChat Pay, or an answer whose signature does not verify.
        fwrite(STDERR, "$name: {$error->getMessage()}\n");
        exit(1);
    }
}
