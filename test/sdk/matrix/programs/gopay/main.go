// A shop with gopay: a step as a line of JSON on standard input, what came of it as a line on standard output.
package main

import (
	"bufio"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/go-pay/crypto/xpem"
	"github.com/go-pay/gopay"
	"github.com/go-pay/gopay/wechat/v3"
)

var apiV3Key = os.Getenv("WECHATPAY_API_V3_KEY")

func connect() (*wechat.ClientV3, error) {
	client, err := wechat.NewClientV3(os.Getenv("WECHATPAY_MCHID"), os.Getenv("WECHATPAY_MERCHANT_SERIAL_NO"),
		apiV3Key, os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if err != nil {
		return nil, err
	}
	client.SetProxyHost(os.Getenv("WECHATPAY_BASE_URL"))
	if id := os.Getenv("WECHATPAY_PUBLIC_KEY_ID"); id != "" {
		return client, client.AutoVerifySignByPublicKey([]byte(os.Getenv("WECHATPAY_PUBLIC_KEY")), id)
	}
	return client, client.AutoVerifySign()
}

// refused is an error answer of WeChat Pay.
type refused struct {
	Status  int    `json:"status"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *refused) Error() string { return fmt.Sprintf("%d %s %s", r.Status, r.Code, r.Message) }

// answerOf takes what a call returns: answers have the same members, and no type in common.
func answerOf(answer any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	members := reflect.ValueOf(answer).Elem()
	if status := int(members.FieldByName("Code").Int()); status != wechat.Success {
		text := members.FieldByName("Error").String()
		refusal := &refused{Status: status}
		if err := json.Unmarshal([]byte(text), refusal); err != nil {
			return nil, fmt.Errorf("%d %s", status, text)
		}
		return nil, refusal
	}
	if response := members.FieldByName("Response"); response.IsValid() {
		return response.Interface(), nil
	}
	return struct{}{}, nil
}

func take(ctx context.Context, client *wechat.ClientV3, step string, fields gopay.BodyMap) (any, error) {
	text := fields.GetString
	switch step {
	case "associate":
		return answerOf(client.V3BusiFavorAssociate(ctx, fields))
	case "disassociate":
		return answerOf(client.V3BusiFavorDisassociate(ctx, fields))
	case "use":
		return answerOf(client.V3BusiFavorUse(ctx, fields))
	case "query":
		return answerOf(client.V3BusiFavorUserCouponDetail(ctx, text("openid"), text("coupon_code"), text("appid")))
	case "stock":
		return answerOf(client.V3BusiFavorBatchDetail(ctx, text("stock_id")))
	case "patch":
		stock := text("stock_id")
		fields.Remove("stock_id")
		return answerOf(client.V3BusiFavorInfoUpdate(ctx, stock, fields))
	case "order":
		return answerOf(client.V3TransactionQueryOrder(ctx, wechat.OutTradeNo, text("out_trade_no")))
	case "close":
		return answerOf(client.V3TransactionCloseOrder(ctx, text("out_trade_no")))
	case "refund":
		return answerOf(client.V3Refund(ctx, fields))
	case "transfer":
		sealed, err := client.V3EncryptText(text("user_name"))
		if err != nil {
			return nil, err
		}
		fields.Set("user_name", sealed)
		return answerOf(client.V3TransferBills(ctx, fields))
	case "bill":
		return bill(ctx, client, text("out_bill_no"), text("transfer_bill_no"))
	case "cancel":
		return answerOf(client.V3TransferBillsCancel(ctx, text("out_bill_no")))
	case "receipt_apply":
		return answerOf(client.V3TransferElecsignMerchant(ctx, fields))
	case "receipt":
		return receipt(ctx, client, text("out_bill_no"))
	case "trade_bill":
		return tradeBill(ctx, client, fields)
	case "authorize":
		return answerOf(client.V3TransferUserConfirmAuth(ctx, fields))
	case "authorization":
		return answerOf(client.V3TransferUserConfirmAuthQuery(ctx, text("out_authorization_no"), nil))
	case "revoke":
		return answerOf(client.V3TransferUserConfirmAuthClose(ctx, text("out_authorization_no")))
	case "certificates":
		return certificates(ctx)
	case "call":
		return call(ctx, client, fields)
	case "encrypt":
		sealed, err := client.V3EncryptText(text("text"))
		return map[string]string{"text": sealed}, err
	case "callback", "paid", "told", "opened":
		return callback(client, step, fields)
	}
	return nil, fmt.Errorf("no step %s", step)
}

// call takes any method of the client, by its name.
func call(ctx context.Context, client *wechat.ClientV3, fields gopay.BodyMap) (any, error) {
	method := reflect.ValueOf(client).MethodByName(fields.GetString("method"))
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	for i, given := range fields.GetAny("arguments").([]any) {
		text, err := json.Marshal(given)
		if err != nil {
			return nil, err
		}
		argument := reflect.New(method.Type().In(i + 1))
		if err := json.Unmarshal(text, argument.Interface()); err != nil {
			return nil, err
		}
		arguments = append(arguments, argument.Elem())
	}
	results := method.Call(arguments)
	err, _ := results[1].Interface().(error)
	return answerOf(results[0].Interface(), err)
}

func bill(ctx context.Context, client *wechat.ClientV3, outBillNo, transferBillNo string) (any, error) {
	var found wechat.TransferBillsQuery
	if outBillNo != "" {
		answer, err := client.V3TransferBillsMerchantQuery(ctx, outBillNo)
		if _, err := answerOf(answer, err); err != nil {
			return nil, err
		}
		found = wechat.TransferBillsQuery(*answer.Response)
	} else {
		answer, err := client.V3TransferBillsQuery(ctx, transferBillNo)
		if _, err := answerOf(answer, err); err != nil {
			return nil, err
		}
		found = *answer.Response
	}
	name, err := client.V3DecryptText(found.UserName)
	found.UserName = name
	return found, err
}

func receipt(ctx context.Context, client *wechat.ClientV3, outBillNo string) (any, error) {
	answer, err := client.V3TransferElecsignMerchantQuery(ctx, outBillNo)
	if _, err := answerOf(answer, err); err != nil {
		return nil, err
	}
	file, err := client.V3TransferElecsignDownload(ctx, answer.Response.DownloadURL)
	return struct {
		*wechat.TransferElecsignMerchantQuery
		Downloaded string `json:"downloaded"`
	}{answer.Response, fmt.Sprintf("%x", sha256.Sum256(file))}, err
}

func tradeBill(ctx context.Context, client *wechat.ClientV3, fields gopay.BodyMap) (any, error) {
	answer, err := client.V3BillTradeBill(ctx, fields)
	if _, err := answerOf(answer, err); err != nil {
		return nil, err
	}
	file, err := client.V3BillDownLoadBill(ctx, answer.Response.DownloadUrl)
	return struct {
		*wechat.TradeBill
		Downloaded string `json:"downloaded"`
	}{answer.Response, fmt.Sprintf("%x", sha1.Sum(file))}, err
}

func certificates(ctx context.Context) (any, error) {
	wechat.SetProxyHost(os.Getenv("WECHATPAY_BASE_URL"))
	answer, err := wechat.GetPlatformCerts(ctx, os.Getenv("WECHATPAY_MCHID"), apiV3Key,
		os.Getenv("WECHATPAY_MERCHANT_SERIAL_NO"), os.Getenv("WECHATPAY_MERCHANT_PRIVATE_KEY"))
	if _, err := answerOf(answer, err); err != nil {
		return nil, err
	}
	listed := []map[string]string{}
	for _, one := range answer.Certs {
		// What it calls a public key is the certificate.
		public, err := xpem.DecodePublicKey([]byte(one.PublicKey))
		if err != nil {
			return nil, err
		}
		key, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return nil, err
		}
		listed = append(listed, map[string]string{
			"serial_no":  one.SerialNo,
			"public_key": base64.StdEncoding.EncodeToString(key),
		})
	}
	return map[string]any{"certificates": listed}, nil
}

func callback(client *wechat.ClientV3, step string, fields gopay.BodyMap) (any, error) {
	request, err := http.NewRequest("POST", "/notify", strings.NewReader(fields.GetString("body")))
	if err != nil {
		return nil, err
	}
	for name, value := range fields.GetAny("headers").(map[string]any) {
		request.Header.Set(name, value.(string))
	}
	received, err := wechat.V3ParseNotify(request)
	if err != nil {
		return nil, err
	}
	if err := received.VerifySignByPKMap(client.WxPublicKeyMap()); err != nil {
		return nil, err
	}
	switch step {
	case "paid":
		return received.DecryptPayCipherText(apiV3Key)
	case "told":
		return received.DecryptTransferBillsNotifyCipherText(apiV3Key)
	case "opened":
		return opened(received, fields.GetString("opens"))
	}
	return received.DecryptBusifavorCipherText(apiV3Key)
}

// opened takes the method of a model of the SDK, where it has one.
func opened(received *wechat.V3NotifyReq, name string) (any, error) {
	if name == "" {
		sealed := received.Resource
		text, err := wechat.V3DecryptNotifyCipherTextToBytes(sealed.Ciphertext, sealed.Nonce, sealed.AssociatedData, apiV3Key)
		return json.RawMessage(text), err
	}
	results := reflect.ValueOf(received).MethodByName(name).Call([]reflect.Value{reflect.ValueOf(apiV3Key)})
	err, _ := results[1].Interface().(error)
	return results[0].Interface(), err
}

func main() {
	ctx := context.Background()
	// The SDK's log goes to standard output.
	output := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr
	client, err := connect()
	if err != nil {
		log.Fatal(err)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var asked struct {
			Step   string
			Fields gopay.BodyMap
		}
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		outcome := map[string]any{"step": asked.Step}
		answer, err := take(ctx, client, asked.Step, asked.Fields)
		if refusal, ok := err.(*refused); ok {
			outcome["refused"] = refusal
		} else if err != nil {
			outcome["failed"] = err.Error()
		} else {
			outcome["answer"] = answer
		}
		if err := output.Encode(outcome); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
