# Three images with one static program:
#   program (the last one, and so the default): nothing else, to run it with `docker run` or to copy it from;
#   job: with a shell, for CI systems that start a job's script in an image;
#   pipe: the same as a Bitbucket pipe.
ARG RUST=1.95
ARG ALPINE=3.22

# Its target is musl, for which Rust links statically. The C compiler for the cryptography is in it.
FROM rust:${RUST}-alpine AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist -p compass-cli

# TLS trusts the authorities that the platform lists, and knows no others: each image needs the list.
FROM alpine:${ALPINE} AS job
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/target/dist/compass /usr/local/bin/compass

FROM job AS pipe
COPY ways-in/report.sh /usr/local/lib/compass/report.sh
USER 65532:65532
ENTRYPOINT ["/bin/sh", "/usr/local/lib/compass/report.sh"]

FROM scratch AS program
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/target/dist/compass /compass
USER 65532:65532
ENTRYPOINT ["/compass"]
