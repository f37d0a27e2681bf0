#!/usr/bin/env bash
# npm i18n-zipcodes 1.0.3 says of every British postal code that it is none, under the country's ISO code GB, also of the examples
# of all shapes in the government's description of them (M1 1AE, B33 8TH, CR2 6XH, DN55 1PT, W1A 0AX, EC1A 1BB). And it takes
# German codes that there are not (00000).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" i18n-zipcodes@1.0.3 >/dev/null
node - <<'CASE'
const isZip = require("i18n-zipcodes");
const assert = require("node:assert");
const british = ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "SW1A 1AA"];
const answers = british.map((zip) => isZip("GB", zip));
assert(answers.every((answer) => answer === false), JSON.stringify(answers));
assert.strictEqual(isZip("DE", "80331"), true);
assert.strictEqual(isZip("DE", "00000"), true);
console.log("i18n-zipcodes 1.0.3: GB", british.map((zip, at) => `${zip}: ${answers[at]}`).join(", "), "| DE 00000: true");
CASE
