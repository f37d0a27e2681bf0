// What the page says where there is little to tell, or something has gone wrong.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { LANGUAGES, PHONE, address, launch, onPage, open, openDetails, picture } from "./browser.mjs";
import { rows } from "./csv.mjs";
import { cutOff, forbidden } from "./layout.mjs";

const FIGURES = 14;
/** By world: what is said in English at the top; how many figures there are; what is said of some of them. */
const SAID = {
  "none": { notices: [/^No numbers have been handed over yet/], figures: 0 },
  "failed-first": { notices: [/^✗ The last build of the numbers, 20\d\d-\d\d-\d\d \d\d:\d\d UTC, failed: 3 of 338 data tests failed.* Failed: not_null_fct_funnel_department, unique_dim_posting_vacancy_id, sum_of_parts_fct_applications_daily\.\s*$/, /^No numbers have been handed over yet/], figures: 0 },
  "empty": { notices: [/^No window of applications was read/], figures: FIGURES, of: { weekly: /There is nothing to show/, closed: /There is no full week yet/, funnel: /No whole month lies in this period/ } },
  "nobody": { notices: [], figures: FIGURES, of: { postings: /There is nothing to show/, weekly: /W\d+ 20\d\d/, durations: /No whole month lies in this period/ } },
  "one": { notices: [], figures: FIGURES, of: { closed: /too few to tell/, durations: /too few to tell/, reasons: /There is nothing to show/, postings: /Pflegefachkraft/ } },
  "four": { notices: [], figures: FIGURES, of: { closed: /too few to tell/, durations: /too few to tell/, funnel: /4 are of weeks or months that are too small/, postings: /Pflegefachkraft/ } },
  "five": { notices: [], figures: FIGURES, of: { durations: /5 applications were followed/, funnel: /100\.0%/, closed: /too few to tell/ } },
  "quiet-week": { notices: [], figures: FIGURES, of: { weekly: /W\d+ 20\d\d/ } },
  "failed": { notices: [/^✗ The last build.*Failed: not_null_fct_funnel_department.* The numbers below are those of the last good build/], figures: FIGURES },
  "warned": { notices: [/^! Tests that warn: freshness of export_run, stages_renamed\.$/], figures: FIGURES },
  "stale-40": { notices: [/^! The data is 40 hours old/], figures: FIGURES },
  "stale-80": { notices: [/^✗ The data is 80 hours old/], figures: FIGURES },
  "unreadable": { notices: [/^✗ The numbers that were handed over cannot be read: .*fct_funnel\.json.*99/], figures: 0 },
  "unreadable-later": { notices: [/^✗ The numbers that were handed over cannot be read: .*99.*The numbers below are those of the last good build/], figures: FIGURES },
};

let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const [world, { notices, figures, of = {} }] of Object.entries(SAID)) {
  test(`${world}: the page says so, and looks right`, () => onPage(browser, {}, async (page) => {
    assert.equal((await open(page, world, "/", "lang=en")).status(), 200);
    const said = (await page.locator("p.notice").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
    assert.equal(said.length, notices.length, said.join("\n"));
    notices.forEach((notice, at) => assert.match(said[at], notice));
    assert.equal(await page.locator("figure").count(), figures);
    for (const [figure, words] of Object.entries(of)) {
      assert.match(await page.locator("#" + figure).evaluate((each) => each.textContent), words, figure);
    }
    assert.doesNotMatch(await page.locator("main").innerText(), /\b(NaN|undefined|null|Infinity|inf)\b/);
    assert.deepEqual(await page.evaluate(cutOff), []);
    assert.deepEqual(await page.evaluate(forbidden), []);
    await page.evaluate(axe.source);
    await openDetails(page);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document));
    assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), []);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = false; }));
    await picture(page, "state-" + world, { fullPage: true });
    await page.setViewportSize(PHONE);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= PHONE.width);
    await picture(page, `state-${world}-phone`);
  }));
}

test("each language says it", () => onPage(browser, {}, async (page) => {
  for (const world of Object.keys(SAID)) {
    const said = [];
    for (const language of LANGUAGES) {
      await open(page, world, "/", "lang=" + language);
      assert.equal(await page.locator("html").getAttribute("lang"), language);
      said.push((await page.locator("p.notice").allInnerTexts()).join("\n"));
    }
    assert.equal(said.filter(Boolean).length, SAID[world].notices.length ? LANGUAGES.length : 0, world);
    if (SAID[world].notices.length) assert.equal(new Set(said).size, LANGUAGES.length, `${world}: ${said}`);
  }
}));

test("nothing is told of an outcome of four, in no file either", () => onPage(browser, {}, async (page) => {
  await open(page, "four", "/dashboard", "period=all&lang=en");
  for (const figure of ["durations", "funnel", "reasons"]) {
    assert.equal(await page.locator(`#${figure} table`).count(), 0, figure);
    const [[head], ...said] = rows(await text(address("four", `/dashboard/${figure}.csv`, "period=all&lang=en")));
    assert.equal(head, "Remark");
    assert.doesNotMatch(said.flat().join().replace("at least 90%", ""), /%/, figure);
  }
  const cells = await page.locator("#closed td").allInnerTexts();
  assert.ok(cells.length > 20 && cells.every((cell) => ["", "too few to tell"].includes(cell)), cells.join());
  const [, ...lines] = rows(await text(address("four", "/dashboard/closed.csv", "period=all&lang=en")));
  assert.ok(lines.every(([, ...fields]) => fields.every((field) => ["", "too few to tell"].includes(field))));
}));

test("a week without applications is a row of 0, and its place in the chart is free", () => onPage(browser, {}, async (page) => {
  await open(page, "quiet-week", "/dashboard", "lang=en");
  const cells = await page.locator("#weekly tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  const zero = cells.findIndex((row) => row[2] === "0");
  assert.equal(cells.filter((row) => row[2] === "0").length, 1);
  assert.match(cells[zero][3], /^−\d+$/);
  const bars = await page.locator("#weekly svg :is(rect, path):has(> title)").evaluateAll((bars) => bars.map((bar) => [bar.querySelector("title").textContent, bar.getBoundingClientRect().left]));
  assert.equal(bars.length, cells.length - 1);
  assert.match(bars.at(-1)[0], /not over/);
  const steps = bars.slice(1).map(([, left], at) => left - bars[at][1]);
  const usual = Math.min(...steps);
  steps.forEach((step, at) => assert.ok(Math.abs(step - (at === zero - 1 ? 2 : 1) * usual) < 1, `bar ${at} is ${step} px from the next`));
}));

const text = async (url) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(await (await fetch(url)).arrayBuffer());
