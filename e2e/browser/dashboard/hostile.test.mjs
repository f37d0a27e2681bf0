// Names and addresses that somebody wrote to do harm.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LANGUAGES, WORLDS, address, launch, onPage, open, openDetails, picture } from "./browser.mjs";
import { forbidden } from "./layout.mjs";
import { rows } from "./csv.mjs";

const MARK = "zq7";
/** With a mark by which they are found again. */
const VALUES = [
  `<script>document.title='${MARK}'</script>`, `"><img src=x onerror=alert('${MARK}')>`, `' autofocus onfocus='alert(1) ${MARK}`,
  `</select></form><svg onload=alert(1)>${MARK}`, `javascript:alert('${MARK}')`, `=cmd|' /C calc'!A0${MARK}`, `%00${MARK}`,
  `\u202e${MARK}`, `${MARK}\r\nSet-Cookie: a=b`, "../../etc/passwd", "-1", "0", "1e9", "NaN", "99999999999999999999", "null",
  "true", "[]", "{}", "' OR 1=1 --", "\ud800", "\u0000", "\ufffe", "ÿ", "2026-02-30", "0000-01-01", "9999-12-31", "-99999-01-01",
  "+262143-12-31", "2026-W05", "de-DE-x-" + "a".repeat(40), "small groups", "too few", "all", "none", "",
];
const NAMES = ["period", "department", "city", "source", "type", "week", "lang", "limit", "service", "unknown", "city[]", "__proto__"];
const PATHS = ["/", "/dashboard", "/dashboard/weekly.csv", "/dashboard/daily.csv", "/dashboard/durations.csv", "/runs", "/runs.json"];

let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

const quoted = (text) => [...new TextEncoder().encode(text)].map((byte) => "%" + byte.toString(16).padStart(2, "0")).join("");

async function ask(path, query) {
  const response = await fetch(`${WORLDS.hospital.url}${path}${query ? "?" + query : ""}`);
  const text = await response.text();
  assert.ok(response.status < 500, `${path}?${query.slice(0, 200)} answered ${response.status}`);
  assert.equal(response.headers.get("set-cookie"), null);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/html")) {
    assert.doesNotMatch(text, /<script|<img|<svg onload|<\/form><svg|(href|action)="javascript:/i, `${path}?${query.slice(0, 200)}`);
  }
  return { status: response.status, text, type };
}

test("any value of any field is an answer, and does nothing", async () => {
  for (const path of PATHS) {
    for (const name of NAMES) {
      for (const value of VALUES) await ask(path, `${quoted(name)}=${quoted(value)}`);
    }
  }
});

test("fields twice, a hundred, none, broken, and endless", async () => {
  const hundred = Array.from({ length: 100 }, (_, at) => `city=${at}&x${at}=${at}`).join("&");
  const endless = "city=" + "a".repeat(10_000), many = "&".repeat(5000), names = `${"n".repeat(8000)}=1`;
  for (const path of PATHS) {
    for (const query of ["city=Bonn&city=K%C3%B6ln", hundred, endless, many, names, "%", "%zz=%zz", "city=%ff%fe", "%ff=%ff", "=", "==", "city", "city=&city=%00",
      "lang=de&lang=nl&lang=", "period=4&period=all&period=x", "week=2026-11-02&week="]) await ask(path, query);
  }
  assert.equal((await ask("/dashboard", endless)).status, 414);
  assert.ok((await ask("/dashboard", hundred)).text.length < 200_000);
});

test("what was asked for is shown as a text, in the list and in what is said", () => onPage(browser, {}, async (page) => {
  const title = (await open(page, "hospital", "/dashboard", {}), await page.title());
  for (const value of VALUES.filter((value) => value.includes(MARK))) {
    for (const language of LANGUAGES) {
      await open(page, "hospital", "/dashboard", { city: value, department: value, source: value, type: value, lang: language });
      assert.deepEqual(await page.evaluate(forbidden), []);
      if (language === "en") assert.equal(await page.title(), title);
      assert.equal(await page.locator("script, img, iframe").count(), 0);
      assert.ok((await page.locator("select[name=city]").inputValue()).includes(MARK));
    }
  }
}));

test("names with markup, signs and endless length are texts on the page", () => onPage(browser, {}, async (page) => {
  for (const [width, language] of [[1280, "en"], [320, "de"]]) {
    await page.setViewportSize({ width, height: 900 });
    await open(page, "hostile", "/dashboard", { period: "all", lang: language });
    assert.notEqual(await page.title(), "taken");
    await openDetails(page);
    assert.deepEqual(await page.evaluate(forbidden), []);
    const cells = await page.locator("#postings tbody th").allTextContents();
    for (const name of ["<script>document.title='taken'</script>", "&lt;b&gt; &amp; &#60;", "=HYPERLINK(\"http://example.org\")"]) {
      assert.ok(cells.includes(name), name);
    }
    // signs that turn the text around would let one cell say what another one says
    const charts = (await page.locator("svg").allTextContents()).join("");
    assert.doesNotMatch(charts, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069]/);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= width);
    await picture(page, "hostile-" + width, { fullPage: width > 1000 });
  }
}));

test("hostile names can be asked for, and are found", () => onPage(browser, {}, async (page) => {
  await open(page, "hostile", "/dashboard", { lang: "en" });
  const offered = await page.locator("select[name=department] option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
  assert.ok(offered.length > 10);
  for (const department of offered.filter((name) => name.length <= 300)) {
    await open(page, "hostile", "/dashboard", { department, period: "all", lang: "en" });
    assert.deepEqual(await page.evaluate(forbidden), []);
    assert.equal(await page.locator("select[name=department]").inputValue(), department);
  }
}));

test("no cell of a file is a formula", async () => {
  let seen = 0;
  for (const figure of ["postings", "postings-per-day", "places", "sources", "reasons", "weekly", "daily", "open", "quality", "closed"]) {
    for (const language of LANGUAGES) {
      const response = await fetch(address("hostile", `/dashboard/${figure}.csv`, { lang: language, period: "all" }));
      for (const cell of rows(new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer())).flat()) {
        if (/^-?\d+(\.\d+)?$/.test(cell)) continue;
        assert.doesNotMatch(cell, /^\s*[=+\-@＝＋－＠]/, figure);
        assert.doesNotMatch(cell, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, figure);
        seen += cell.startsWith("'") ? 1 : 0;
      }
    }
  }
  assert.ok(seen > 20, `only ${seen} cells began like a formula`);
});

test("a figure that is not there is not there", async () => {
  for (const name of ["nothing", "../../etc/passwd", "%2e%2e%2fx", "<script>", "WEEKLY", "weekly.csv"]) {
    const response = await fetch(`${WORLDS.hospital.url}/dashboard/${encodeURIComponent(name)}.csv`);
    assert.equal(response.status, 404, name);
  }
});
