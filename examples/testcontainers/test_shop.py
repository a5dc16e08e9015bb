from urllib.request import Request, urlopen

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

BEARER = "Bearer test"


@pytest.fixture(scope="session")
def mock():
    """The address of the mock."""
    ready = HttpWaitStrategy(8089, "/_mock/health").with_header("Authorization", BEARER)
    container = (
        DockerContainer("wechatpay-mock")
        .with_env("WECHATPAY_MOCK_CONTROL_TOKEN", "test")
        .with_exposed_ports(8089)
        .waiting_for(ready)
    )
    with container as started:
        yield f"http://{started.get_container_host_ip()}:{started.get_exposed_port(8089)}"


def test_the_mock_has_a_merchant_for_the_shop(mock):
    request = Request(f"{mock}/_mock/credentials", headers={"Authorization": BEARER})
    with urlopen(request) as answer:
        assert answer.status == 200
