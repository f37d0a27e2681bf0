# All images of the pipeline, one target each: mock-api, migrate, ingest, transfer, export, reports, dbt-lake,
# dbt-bigquery.
# `make images` builds them with one compile and holds their sizes. A release names the base images by digest:
#   docker build --build-arg RUNTIME_IMAGE=gcr.io/distroless/cc-debian12@sha256:… --target ingest .
# For amd64 and arm64, whichever of them builds (`--platform linux/arm64`): what compiles runs on the machine that builds, and
# nothing runs on the one that is built for.
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot
ARG PYTHON_IMAGE=python:3.11-slim
# `quick` leaves out what makes programs small and fast, and builds in a fraction of the time after a change
ARG PROFILE=release

# -- the manifests alone, with empty programs: what it holds changes only with our dependencies
FROM --platform=${BUILDPLATFORM} ${RUST_IMAGE} AS manifests
COPY . /all
RUN mkdir /empty && cd /all \
    && cp --parents Cargo.toml Cargo.lock $(find crates services e2e -name Cargo.toml) /empty \
    && cd /empty \
    && for crate in crates/* services/* e2e e2e/rig; do mkdir "$crate/src" && touch "$crate/src/lib.rs"; done \
    && for service in services/*; do echo 'fn main() {}' > "$service/src/main.rs"; done

# -- the one compile; dependencies in a layer of their own. /target.sh says for which machine, where that is another one: by
# Debian's compiler for it, whose glibc is the oldest that a program then wants
FROM --platform=${BUILDPLATFORM} ${RUST_IMAGE} AS builder
ARG PROFILE
ARG TARGETARCH
RUN case "${TARGETARCH}" in \
        amd64) rust=x86_64-unknown-linux-gnu gnu=x86-64-linux-gnu cc=x86_64-linux-gnu-gcc ;; \
        arm64) rust=aarch64-unknown-linux-gnu gnu=aarch64-linux-gnu cc=aarch64-linux-gnu-gcc ;; \
        *) echo "there is no image for ${TARGETARCH}" >&2; exit 1 ;; \
    esac \
    && touch /target.sh \
    && if [ "${TARGETARCH}" != "$(dpkg --print-architecture)" ]; then \
        rustup target add "$rust" \
        && apt-get update \
        && apt-get install --yes --no-install-recommends "gcc-$gnu" "libc6-dev-${TARGETARCH}-cross" \
        && linker="CARGO_TARGET_$(echo "$rust" | tr a-z- A-Z_)_LINKER" \
        && echo "export CARGO_BUILD_TARGET=$rust $linker=$cc" > /target.sh; \
    fi
WORKDIR /build
COPY --from=manifests /empty .
RUN . /target.sh && cargo build --profile ${PROFILE} --locked --workspace --exclude e2e --exclude rig --bins
COPY contracts contracts
COPY crates crates
COPY services services
# cargo goes by the time of a file, and these may be older than the empty ones
RUN . /target.sh && find crates services -name '*.rs' -exec touch {} + \
    && cargo build --profile ${PROFILE} --locked --workspace --exclude e2e --exclude rig --bins \
    && mkdir /out && cd "target/${CARGO_BUILD_TARGET:-}/${PROFILE}" && cp mock-api migrate ingest transfer export reports /out

# -- what all programs have in common
FROM ${RUNTIME_IMAGE} AS program
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.source="https://github.com/emply-pipeline/emply-pipeline" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
USER 65532:65532

FROM program AS mock-api
LABEL org.opencontainers.image.title="mock-api"
COPY --from=builder /out/mock-api /usr/local/bin/
EXPOSE 8000
ENTRYPOINT ["/usr/local/bin/mock-api"]

FROM program AS migrate
LABEL org.opencontainers.image.title="migrate"
COPY --from=builder /out/migrate /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/migrate"]

FROM program AS ingest
LABEL org.opencontainers.image.title="ingest"
COPY --from=builder /out/ingest /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/ingest"]

FROM program AS transfer
LABEL org.opencontainers.image.title="transfer"
COPY --from=builder /out/transfer /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/transfer"]

FROM program AS export
LABEL org.opencontainers.image.title="export"
COPY --from=builder /out/export /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/export"]

FROM program AS reports
LABEL org.opencontainers.image.title="reports"
COPY --from=builder /out/reports /usr/local/bin/
# what has held marts goes back to the system when the next ones are there; by itself glibc raises this limit and keeps it
ENV MALLOC_MMAP_THRESHOLD_=131072
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/reports"]

# -- dbt in an environment with exactly what the lock of its warehouse names
FROM ${PYTHON_IMAGE} AS dbt
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.source="https://github.com/emply-pipeline/emply-pipeline" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
ENTRYPOINT ["python", "/opt/emply/dbt/entrypoint.py"]

FROM --platform=${BUILDPLATFORM} ${PYTHON_IMAGE} AS environment
ARG TARGETARCH
# wheels of the machine that is built for
RUN python -m venv --without-pip /opt/venv \
    && case "${TARGETARCH}" in amd64) machine=x86_64 ;; arm64) machine=aarch64 ;; esac \
    && site=$(/opt/venv/bin/python -c 'import site; print(site.getsitepackages()[0])') \
    && printf '%s\n' '#!/bin/sh -e' "python -m pip install --no-cache-dir --no-deps --only-binary :all: --require-hashes \\" \
        "--target $site --platform manylinux_2_28_$machine --platform manylinux_2_17_$machine \\" \
        "--platform manylinux2014_$machine --platform manylinux_2_5_$machine --platform manylinux1_$machine \\" \
        '--requirement "$1"' \
        '# with --target, which other platforms want, scripts lie beside the packages and name the Python that ran pip' \
        "find $site/bin -maxdepth 1 -type f -exec sed -i '1s|^#!.*|#!/opt/venv/bin/python|' {} + -exec mv -t /opt/venv/bin {} +" > /usr/local/bin/install-wheels \
    && chmod +x /usr/local/bin/install-wheels

FROM environment AS dbt-lake-environment
COPY dbt/requirements/lake.lock /
RUN install-wheels /lake.lock

FROM environment AS dbt-bigquery-environment
COPY dbt/requirements/bigquery.lock /
RUN install-wheels /bigquery.lock

# what changes often comes last
FROM dbt AS dbt-lake
LABEL org.opencontainers.image.title="dbt-lake"
COPY --from=dbt-lake-environment /opt/venv /opt/venv
COPY dbt /opt/emply/dbt

FROM dbt AS dbt-bigquery
LABEL org.opencontainers.image.title="dbt-bigquery"
COPY --from=dbt-bigquery-environment /opt/venv /opt/venv
COPY dbt /opt/emply/dbt
