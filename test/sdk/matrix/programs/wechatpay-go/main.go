// A shop with wechatpay-go: a step as a line of JSON on standard input, what came of it as a line on standard output.
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/downloader"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/certificates"
	coupons "github.com/wechatpay-apiv3/wechatpay-go/services/merchantexclusivecoupon"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

var (
	mchID     = os.Getenv("WECHATPAY_MCHID")
	serialNo  = os.Getenv("WECHATPAY_MERCHANT_SERIAL_NO")
	apiV3Key  = os.Getenv("WECHATPAY_API_V3_KEY")
	publicID  = os.Getenv("WECHATPAY_PUBLIC_KEY_ID")
	publicPEM = os.Getenv("WECHATPAY_PUBLIC_KEY")
)

// elsewhere sends requests to another server than the one in their URL.
type elsewhere struct{ base *url.URL }

func (e elsewhere) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host, request.Host = e.base.Scheme, e.base.Host, ""
	return http.DefaultTransport.RoundTrip(request)
}

type shop struct {
	client   *core.Client
	coupons  coupons.CouponApiService
	stocks   coupons.BusiFavorApiService
	payments native.NativeApiService
	refunds  refunddomestic.RefundsApiService
	verifier auth.Verifier
	// downloads takes files, which are not signed.
	downloads *core.Client
}

func connect(ctx context.Context) (*shop, error) {
	privateKey, err := utils.LoadPrivateKey(os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if err != nil {
		return nil, err
	}
	var options []core.ClientOption
	if base := os.Getenv("WECHATPAY_BASE_URL"); base != "" {
		parsed, err := url.Parse(base)
		if err != nil {
			return nil, err
		}
		options = append(options, option.WithHTTPClient(&http.Client{Transport: elsewhere{parsed}, Timeout: 30 * time.Second}))
	}

	var verifier auth.Verifier
	switch {
	case publicID != "":
		publicKey, err := utils.LoadPublicKey(publicPEM)
		if err != nil {
			return nil, err
		}
		verifier = verifiers.NewSHA256WithRSAPubkeyVerifier(publicID, *publicKey)
		options = append(options, option.WithWechatPayPublicKeyAuthCipher(mchID, serialNo, privateKey, publicID, publicKey))
	case len(options) == 0:
		options = append(options, option.WithWechatPayAutoAuthCipher(mchID, serialNo, privateKey, apiV3Key))
		verifier = verifiers.NewSHA256WithRSAVerifier(downloader.MgrInstance().GetCertificateVisitor(mchID))
	default:
		// WithWechatPayAutoAuthCipher downloads with a client of its own.
		client, err := core.NewClient(ctx, append(options,
			option.WithMerchantCredential(mchID, serialNo, privateKey), option.WithoutValidator())...)
		if err != nil {
			return nil, err
		}
		manager := downloader.NewCertificateDownloaderMgr(ctx)
		if err := manager.RegisterDownloaderWithClient(ctx, client, mchID, apiV3Key); err != nil {
			return nil, err
		}
		options = append(options, option.WithWechatPayAutoAuthCipherUsingDownloaderMgr(mchID, serialNo, privateKey, manager))
		verifier = verifiers.NewSHA256WithRSAVerifier(manager.GetCertificateVisitor(mchID))
	}
	client, err := core.NewClient(ctx, options...)
	if err != nil {
		return nil, err
	}
	downloads, err := core.NewClient(ctx, append(options, option.WithoutValidator())...)
	if err != nil {
		return nil, err
	}
	return &shop{
		client,
		coupons.CouponApiService{Client: client},
		coupons.BusiFavorApiService{Client: client},
		native.NativeApiService{Client: client},
		refunddomestic.RefundsApiService{Client: client},
		verifier,
		downloads,
	}, nil
}

func (s *shop) take(ctx context.Context, step string, fields json.RawMessage) (any, error) {
	switch step {
	case "associate":
		return call(ctx, fields, s.coupons.AssociateTradeInfo)
	case "disassociate":
		return call(ctx, fields, s.coupons.DisassociateTradeInfo)
	case "use":
		return call(ctx, fields, s.coupons.UseCoupon)
	case "query":
		return call(ctx, fields, s.coupons.QueryCoupon)
	case "stock":
		return call(ctx, fields, s.stocks.QueryStock)
	case "patch":
		return callWithoutAnswer(ctx, fields, s.stocks.ModifyStockInfo)
	case "order":
		return call(ctx, fields, s.payments.QueryOrderByOutTradeNo)
	case "close":
		return callWithoutAnswer(ctx, fields, s.payments.CloseOrder)
	case "refund":
		return call(ctx, fields, s.refunds.Create)
	case "certificates":
		return s.certificates(ctx)
	case "callback", "told":
		return s.callback(ctx, fields, &map[string]any{})
	case "paid":
		return s.callback(ctx, fields, &payments.Transaction{})
	case "trade_bill":
		return s.tradeBill(ctx, fields)
	case "methods":
		return s.methods(), nil
	case "call":
		return s.call(ctx, fields)
	}
	return s.transfer(ctx, step, fields)
}

func call[Request, Answer any](ctx context.Context, fields json.RawMessage,
	method func(context.Context, Request) (Answer, *core.APIResult, error)) (any, error) {
	var request Request
	if err := json.Unmarshal(fields, &request); err != nil {
		return nil, err
	}
	answer, _, err := method(ctx, request)
	return answer, err
}

func callWithoutAnswer[Request any](ctx context.Context, fields json.RawMessage,
	method func(context.Context, Request) (*core.APIResult, error)) (any, error) {
	var request Request
	if err := json.Unmarshal(fields, &request); err != nil {
		return nil, err
	}
	_, err := method(ctx, request)
	return struct{}{}, err
}

func (s *shop) certificates(ctx context.Context) (any, error) {
	service := certificates.CertificatesApiService{Client: s.client}
	answer, _, err := service.DownloadCertificates(ctx)
	if err != nil {
		return nil, err
	}
	listed := []map[string]string{}
	for _, one := range answer.Data {
		sealed := one.EncryptCertificate
		pem, err := utils.DecryptAES256GCM(apiV3Key, *sealed.AssociatedData, *sealed.Nonce, *sealed.Ciphertext)
		if err != nil {
			return nil, err
		}
		certificate, err := utils.LoadCertificate(pem)
		if err != nil {
			return nil, err
		}
		key, err := x509.MarshalPKIXPublicKey(certificate.PublicKey)
		if err != nil {
			return nil, err
		}
		listed = append(listed, map[string]string{
			"serial_no":  *one.SerialNo,
			"public_key": base64.StdEncoding.EncodeToString(key),
		})
	}
	return map[string]any{"certificates": listed}, nil
}

func (s *shop) callback(ctx context.Context, fields json.RawMessage, content any) (any, error) {
	var received struct {
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(fields, &received); err != nil {
		return nil, err
	}
	request, err := http.NewRequest("POST", "/notify", strings.NewReader(received.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range received.Headers {
		request.Header.Set(name, value)
	}
	handler, err := notify.NewRSANotifyHandler(apiV3Key, s.verifier)
	if err != nil {
		return nil, err
	}
	_, err = handler.ParseNotifyRequest(ctx, request, content)
	return content, err
}

func main() {
	ctx := context.Background()
	shop, err := connect(ctx)
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked struct {
			Step   string
			Fields json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		outcome := map[string]any{"step": asked.Step}
		answer, err := shop.take(ctx, asked.Step, asked.Fields)
		var refusal *core.APIError
		switch {
		case err == nil:
			outcome["answer"] = answer
		case errors.As(err, &refusal):
			outcome["refused"] = map[string]any{
				"status": refusal.StatusCode, "code": refusal.Code, "message": refusal.Message,
			}
		default:
			outcome["failed"] = err.Error()
		}
		if err := output.Encode(outcome); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
