// go get github.com/wechatpay-apiv3/wechatpay-go@v0.2.21
package shop

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	coupons "github.com/wechatpay-apiv3/wechatpay-go/services/merchantexclusivecoupon"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

// shop is the SDK, and a receiver of callbacks.
type shop struct {
	*core.Client
	notifyURL string
	// told has the orders that callbacks reported.
	told chan payments.Transaction
}

// start makes a shop before a mock as it was at its start.
func start(t *testing.T) shop {
	control(t, "/reset", "{}")
	privateKey, err := utils.LoadPrivateKey(os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	publicKey, err := utils.LoadPublicKey(os.Getenv("WECHATPAY_PUBLIC_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	keyID := os.Getenv("WECHATPAY_PUBLIC_KEY_ID")
	client, err := core.NewClient(t.Context(), option.WithWechatPayPublicKeyAuthCipher(
		os.Getenv("WECHATPAY_MCHID"), os.Getenv("WECHATPAY_MERCHANT_SERIAL_NO"), privateKey, keyID, publicKey,
	))
	if err != nil {
		t.Fatal(err)
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(keyID, *publicKey)
	handler, err := notify.NewRSANotifyHandler(os.Getenv("WECHATPAY_API_V3_KEY"), verifier)
	if err != nil {
		t.Fatal(err)
	}

	told := make(chan payments.Transaction, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, callback *http.Request) {
		var order payments.Transaction
		if _, err := handler.ParseNotifyRequest(callback.Context(), callback, &order); err != nil {
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		told <- order
		answer.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(receiver.Close)
	return shop{client, receiver.URL + "/notify", told}
}

// control asks the control API of the mock to do something.
func control(t *testing.T, path, body string) {
	answer, err := http.Post(os.Getenv("WECHATPAY_MOCK_URL")+"/_mock"+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		t.Fatal(path, answer.Status)
	}
}

func TestTheShopIsToldThatItsOrderIsPaid(t *testing.T) {
	shop := start(t)
	orders := native.NativeApiService{Client: shop.Client}
	_, _, err := orders.Prepay(t.Context(), native.PrepayRequest{
		Appid:       core.String("wx1234567889999"),
		Mchid:       core.String(os.Getenv("WECHATPAY_MCHID")),
		Description: core.String("Tea"),
		OutTradeNo:  core.String("ORDER_1"),
		NotifyUrl:   core.String(shop.notifyURL),
		Amount:      &native.Amount{Total: core.Int64(100)},
	})
	if err != nil {
		t.Fatal(err)
	}

	control(t, "/orders/ORDER_1/pay", "{}")
	control(t, "/notifications/deliver", "{}")

	order := <-shop.told
	if *order.OutTradeNo != "ORDER_1" || *order.TradeState != "SUCCESS" {
		t.Fatal(order)
	}
}

func TestACouponThatWasUsedCannotBeUsedAgain(t *testing.T) {
	shop := start(t)
	control(t, "/coupons", `{"stock_id":"100088","coupon_code":"USED","state":"USED"}`)
	service := coupons.CouponApiService{Client: shop.Client}
	_, _, err := service.UseCoupon(t.Context(), coupons.UseCouponRequest{
		Appid:        core.String("wx1234567889999"),
		StockId:      core.String("100088"),
		CouponCode:   core.String("USED"),
		UseTime:      core.String("2026-11-25T12:00:00+08:00"),
		UseRequestNo: core.String("USE_1"),
	})
	if !core.IsAPIError(err, "RESOURCE_ALREADY_EXISTS") {
		t.Fatal(err)
	}
}
