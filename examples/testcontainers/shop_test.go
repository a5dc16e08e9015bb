package shop

import (
	"net/http"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"
)

const bearer = "Bearer test"

func startMock(t *testing.T) (url string) {
	mock, err := testcontainers.Run(t.Context(), "wechatpay-mock",
		testcontainers.WithEnv(map[string]string{"WECHATPAY_MOCK_CONTROL_TOKEN": "test"}),
		testcontainers.WithExposedPorts("8089/tcp"),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/_mock/health").WithPort("8089/tcp").
			WithHeaders(map[string]string{"Authorization": bearer})),
	)
	testcontainers.CleanupContainer(t, mock)
	if err == nil {
		url, err = mock.PortEndpoint(t.Context(), "8089/tcp", "http")
	}
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func TestTheMockHasAMerchantForTheShop(t *testing.T) {
	request, err := http.NewRequest("GET", startMock(t)+"/_mock/credentials", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", bearer)
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
}
