# The image holds one static binary and nothing else: no shell, no package manager, no user data.
# Time zones, templates, translations and styles are inside the binary.
#
#   docker build -t candor .
#   docker run --rm -p 8080:8080 -v candor:/data candor demo --addr 0.0.0.0:8080 --expose --data /data

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /candor ./cmd/candor
RUN mkdir -m 0700 /data

FROM scratch
COPY --from=build /candor /candor
# The one place it writes to; empty, so that a volume mounted here starts with the right owner.
COPY --from=build --chown=65532:65532 /data /data
USER 65532:65532
WORKDIR /data
ENV CANDOR_ADDR=0.0.0.0:8080 \
    CANDOR_STORE=sqlite:/data/candor.db \
    TMPDIR=/data
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=3 CMD ["/candor", "health"]
ENTRYPOINT ["/candor"]
CMD ["serve"]
