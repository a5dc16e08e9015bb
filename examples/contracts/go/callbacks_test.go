package shop

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"testing"

	"github.com/pact-foundation/pact-go/v2/matchers"
	message "github.com/pact-foundation/pact-go/v2/message/v4"
	"github.com/pact-foundation/pact-go/v2/models"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

type sentCoupon struct {
	CouponCode string `json:"coupon_code"`
	SendTime   string `json:"send_time"`
}

// callback is the request that the contents of a message arrive with at the shop.
func callback(event string, contents []byte) (*http.Request, error) {
	asking, err := http.NewRequest("POST", os.Getenv("WECHATPAY_BASE_URL")+"/_pact/callbacks/"+event, bytes.NewReader(contents))
	if err != nil {
		return nil, err
	}
	asking.Header.Set("Wechatpay-Serial", os.Getenv("WECHATPAY_PUBLIC_KEY_ID"))
	sent, err := http.DefaultClient.Do(asking)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest("POST", "/notify", sent.Body)
	if err != nil {
		return nil, err
	}
	request.Header = sent.Header
	return request, nil
}

func TestHearsOfACoupon(t *testing.T) {
	publicKey, err := utils.LoadPublicKey(os.Getenv("WECHATPAY_PUBLIC_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	verifier := verifiers.NewSHA256WithRSAPubkeyVerifier(os.Getenv("WECHATPAY_PUBLIC_KEY_ID"), *publicKey)
	handler, err := notify.NewRSANotifyHandler(os.Getenv("WECHATPAY_API_V3_KEY"), verifier)
	if err != nil {
		t.Fatal(err)
	}
	pact, err := message.NewAsynchronousPact(message.Config{Consumer: "go-shop", Provider: "wechatpay", PactDir: "pacts"})
	if err != nil {
		t.Fatal(err)
	}
	err = pact.AddAsynchronousMessage().
		GivenWithParameter(models.ProviderState{
			Name:       "a user holds a usable coupon",
			Parameters: map[string]interface{}{"coupon_code": "sxxe34343434"},
		}).
		ExpectsToReceive("the plaintext of COUPON.SEND").
		WithJSONContent(matchers.MapMatcher{
			"coupon_code": matchers.S("sxxe34343434"),
			"send_time":   matchers.Regex("2026-01-05T10:20:30+08:00", `^.+\+08:00$`),
		}).
		AsType(&sentCoupon{}).
		ConsumedBy(func(received message.AsynchronousMessage) error {
			request, err := callback("COUPON.SEND", received.Contents)
			if err != nil {
				return err
			}
			told := sentCoupon{}
			if _, err = handler.ParseNotifyRequest(context.Background(), request, &told); err != nil {
				return err
			}
			if told != *received.Body.(*sentCoupon) {
				t.Errorf("the shop was told of %v", told)
			}
			return nil
		}).
		Verify(t)
	if err != nil {
		t.Fatal(err)
	}
}
