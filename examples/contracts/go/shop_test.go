package shop

import (
	"context"
	"testing"

	"github.com/pact-foundation/pact-go/v2/consumer"
	"github.com/pact-foundation/pact-go/v2/matchers"
	"github.com/pact-foundation/pact-go/v2/models"
)

// Pact looks at each part of a header field between commas by itself.
var signed = matchers.Regex(`WECHATPAY2-SHA256-RSA2048 mchid="1900000001"`, `^(WECHATPAY2-SHA256-RSA2048 )?\w+=".+"$`)

func TestLinksACoupon(t *testing.T) {
	pact, err := consumer.NewV4Pact(consumer.MockHTTPProviderConfig{
		Consumer: "go-shop", Provider: "wechatpay", Port: 1234, PactDir: "pacts",
	})
	if err != nil {
		t.Fatal(err)
	}
	err = pact.AddInteraction().
		GivenWithParameter(models.ProviderState{
			Name:       "a user holds a usable coupon",
			Parameters: map[string]interface{}{"coupon_code": "sxxe34343434"},
		}).
		UponReceiving("a request to link a coupon").
		WithRequest("POST", "/v3/marketing/busifavor/coupons/associate", func(request *consumer.V4RequestBuilder) {
			request.Header("Authorization", signed)
			request.JSONBody(matchers.MapMatcher{
				"stock_id":       matchers.S("100088"),
				"coupon_code":    matchers.S("sxxe34343434"),
				"out_trade_no":   matchers.S("MCH_102233445"),
				"out_request_no": matchers.S("1002600620019090123143254435"),
			})
		}).
		WillRespondWith(200, func(response *consumer.V4ResponseBuilder) {
			response.JSONBody(matchers.MapMatcher{
				"wechatpay_associate_time": matchers.Regex("2026-01-05T10:20:30+08:00", `^.+\+08:00$`),
			})
		}).
		ExecuteTest(t, func(consumer.MockServerConfig) error {
			return linkCoupon(context.Background())
		})
	if err != nil {
		t.Fatal(err)
	}
}
