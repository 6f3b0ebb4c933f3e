#!/usr/bin/env bash
# The real servers for the tests in this folder, at fixed versions: from Debian 12's packages (PostgreSQL 15, PgBouncer 1.18,
# MariaDB 10.11, kcat 1.7) and, by the files in maven/, Apache Kafka, ElasticMQ and S3Proxy. Needs root or sudo for what is
# missing of the packages; does nothing where all is there. Starts nothing, and leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")"
jars=../../.fascia/services

missing=()
need() { # command package
  if ! command -v "$1" >/dev/null && [ ! -x "/usr/sbin/$1" ]; then missing+=("$2"); fi
}
need psql postgresql-client
[ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql-15)
need pgbouncer pgbouncer
need mariadbd mariadb-server
need mariadb mariadb-client
need kcat kcat
need openssl openssl
need java openjdk-17-jre-headless
need mvn maven

if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  # The packages would start servers of their own: for as long as this takes, they may not.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

for file in maven/*.xml; do
  name=$(basename "$file" .xml)
  to="$jars/$name-$(sha256sum "$file" | cut -c1-12)"
  # `$name` points to the set that this file asks for; it is made whole before anybody sees it.
  if [ ! -d "$to" ]; then
    mkdir -p "$jars"
    fresh=$(mktemp -d "$jars/$name-XXXXXX")
    mvn -q -B -Dstyle.color=never -f "$file" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$(realpath "$fresh")"
    chmod 755 "$fresh"
    mv "$fresh" "$to"
  fi
  ln -sfn "$(basename "$to")" "$jars/$name"
done
