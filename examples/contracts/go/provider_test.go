package shop

import (
	"net/url"
	"os"
	"strconv"
	"testing"

	"github.com/pact-foundation/pact-go/v2/provider"
)

func TestWechatPayKeepsTheContract(t *testing.T) {
	front, err := url.Parse(os.Getenv("WECHATPAY_BASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseUint(front.Port(), 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	err = provider.NewVerifier().VerifyProvider(t, provider.VerifyRequest{
		Provider:               "wechatpay",
		ProviderBaseURL:        front.String(),
		ProviderStatesSetupURL: front.String() + "/_pact/states",
		Transports:             []provider.Transport{{Protocol: "message", Port: uint16(port), Path: "/_pact/messages"}},
		PactDirs:               []string{"pacts"},
	})
	if err != nil {
		t.Fatal(err)
	}
}
