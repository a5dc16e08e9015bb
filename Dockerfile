# The image holds the executable and the libraries it is linked with: no shell, no Node, no package manager.
# The digest is that of the index for all platforms, of Node 24.18.0; the Node in the executable is the one of tools/binary/node-builds.json.
FROM docker.io/library/node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund && npm run --silent build:binary && mv build/image /image

FROM scratch
COPY --from=build /image /
ENV WECHATPAY_MOCK_HOST=0.0.0.0 \
    WECHATPAY_MOCK_DATA=/data/state.sqlite \
    WECHATPAY_MOCK_DATA_DIR=/data/ca
USER 65532:65532
VOLUME /data
EXPOSE 8089
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s CMD ["/wechatpay-mock", "health"]
ENTRYPOINT ["/wechatpay-mock"]
