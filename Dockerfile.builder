# The builder image: wlrbuild, the programs it starts, and the toolchain.
#
#   docker build --file Dockerfile.builder --tag wlrbuild .
#   docker run --rm --volume "$PWD:/work" wlrbuild php-8.2 --runtime wasmedge
#
# The bases are pinned by tags that name a patch release and a date. Tags can
# still be moved; to pin what they hold, write behind each one, as @sha256:…,
# what this prints:
#
#   docker buildx imagetools inspect --format '{{.Manifest.Digest}}' debian:trixie-20260824-slim

FROM golang:1.26.8-trixie AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The embedded wasmtime is there only with cgo.
RUN CGO_ENABLED=1 go build -trimpath -o /out/wlrbuild ./cmd/wlrbuild

FROM debian:trixie-20260824-slim
RUN apt-get update && \
    apt-get install -y --no-install-recommends autoconf bison ca-certificates git make perl re2c tini && \
    rm -rf /var/lib/apt/lists/*
COPY --from=build /out/wlrbuild /usr/local/bin/wlrbuild

ENV WLRBUILD_CACHE=/var/cache/wlrbuild
RUN useradd --create-home builder && \
    install -d -m 777 /work "$WLRBUILD_CACHE"
USER builder
WORKDIR /work
# Whoever --user makes of the container shares the cache: hence the umask.
RUN umask 0 && wlrbuild doctor --fix --for git-source

# tini passes signals on to wlrbuild and waits for what a killed build leaves.
ENTRYPOINT ["/usr/bin/tini", "--", "wlrbuild"]
CMD ["--help"]
