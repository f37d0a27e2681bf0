// RFC 4180, read strictly: any byte that it does not allow is an error.

import assert from "node:assert/strict";

export function rows(text) {
  assert.equal(text[0], "\ufeff", "a spreadsheet knows UTF-8 by its mark");
  assert.ok(text.endsWith("\r\n"));
  const found = [[]];
  let at = 1;
  while (at < text.length) {
    const [field, end] = text[at] === '"' ? quoted(text, at + 1) : bare(text, at);
    found.at(-1).push(field);
    if (text[end] === ",") { at = end + 1; continue; }
    assert.equal(text.slice(end, end + 2), "\r\n", `at ${end}`);
    at = end + 2;
    if (at < text.length) found.push([]);
  }
  for (const row of found) assert.equal(row.length, found[0].length);
  return found;
}

function bare(text, at) {
  const end = at + text.slice(at).search(/[,\r\n"]/);
  assert.notEqual(text[end], '"', `a quote inside of a bare field at ${end}`);
  return [text.slice(at, end), end];
}

function quoted(text, at) {
  let field = "";
  for (;;) {
    const end = text.indexOf('"', at);
    assert.notEqual(end, -1, "a quote that is not closed");
    field += text.slice(at, end);
    if (text[end + 1] !== '"') return [field, end + 1];
    field += '"';
    at = end + 2;
  }
}
