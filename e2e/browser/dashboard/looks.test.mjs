// How the page looks and whether it fits: narrow, with large text, in light and dark; and what axe-core has to say of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { DESK, LANGUAGES, PHONE, launch, onPage, open, openDetails, picture } from "./browser.mjs";
import { cutOff, forbidden, hangingOut, overlapping } from "./layout.mjs";

const PATHS = ["/", "/dashboard", "/runs"];
const WORLD = "hospital";
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

async function accessible(page) {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations", "passes"] }));
  assert.ok(passes.length > 15, "axe-core has looked at hardly anything");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join("; ")}`);
}

for (const colorScheme of ["light", "dark"]) {
  for (const language of LANGUAGES) {
    test(`axe-core finds nothing: ${colorScheme}, ${language}`, () => onPage(browser, { colorScheme }, async (page) => {
      const faults = [];
      for (const path of PATHS) {
        await open(page, "failed-run", path, "lang=" + language);
        faults.push(...(await accessible(page)).map((fault) => `${path} ${fault}`));
      }
      for (const world of [WORLD, "pipeline", "failed"]) {
        await open(page, world, "/", "lang=" + language);
        faults.push(...(await accessible(page)).map((fault) => `${world} ${fault}`));
        await openDetails(page);
        faults.push(...(await accessible(page)).map((fault) => `${world}, opened, ${fault}`));
      }
      assert.equal([...new Set(faults)].join("\n"), "");
    }));
  }
}

async function fits(page, width) {
  const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
  const faults = scroll <= width ? [] : [`the page is ${scroll} px wide`];
  faults.push(...await page.evaluate(cutOff), ...(await page.evaluate(overlapping)).map((texts) => `on each other: ${texts}`),
    ...(await page.evaluate(hangingOut)).map((box) => `hangs out: ${box}`));
  return faults;
}

/** The size of letters that somebody has set in the browser. */
async function letters(page, size) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.enable");
  await session.send("Page.setFontSizes", { fontSizes: { standard: size, fixed: size } });
}

for (const [name, width, size] of [["320 px", 320, 16], ["a phone", PHONE.width, 16], ["a tablet", 768, 16], ["a desk", 1280, 16],
  ["a wall", 1920, 16], ["letters of 200 % on a desk", 1280, 32], ["letters of 200 % on half of it", 640, 32]]) {
  test(`all of it fits: ${name}`, () => onPage(browser, { viewport: { width, height: 900 } }, async (page) => {
    await letters(page, size);
    const faults = [];
    for (const language of LANGUAGES) {
      for (const [world, path] of [[WORLD, "/"], ["pipeline", "/"], ["compared", "/dashboard"], ["failed-run", "/runs"], ["failed-run", "/"], ["hostile", "/"]]) {
        await open(page, world, path, "lang=" + language);
        if (size !== 16) assert.equal(await page.evaluate(() => getComputedStyle(document.body).fontSize), size + "px", "texts grow with the reader's setting");
        faults.push(...(await fits(page, width)).map((fault) => `${world}${path} ${language}: ${fault}`));
        await openDetails(page);
        faults.push(...(await fits(page, width)).map((fault) => `${world}${path} ${language}, opened: ${fault}`));
      }
    }
    await open(page, WORLD, "/", "lang=de");
    await picture(page, `fits-${width}-${size}`, { fullPage: true });
    assert.equal([...new Set(faults)].slice(0, 60).join("\n"), "");
  }));
}

test("there is nothing that the policy forbids, and it is strict", () => onPage(browser, {}, async (page) => {
  for (const path of PATHS) {
    const response = await open(page, WORLD, path, "lang=de");
    assert.equal(response.headers()["content-security-policy"], "default-src 'none'; style-src 'self'; img-src 'self'; "
      + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    assert.deepEqual(await page.evaluate(forbidden), []);
  }
}));

test("a page that the policy forbids something is found out", async () => {
  await assert.rejects(onPage(browser, { viewport: DESK }, async (page) => {
    await open(page, WORLD);
    await page.evaluate(() => document.body.setAttribute("style", "color: red"));
    await page.waitForTimeout(200);
  }), /console/);
});

test("the error of a failed run is read without scrolling sideways", async (context) => {
  for (const width of [320, 1280]) {
    for (const path of ["/", "/runs"]) {
      await context.test(`${path}, ${width} px`, () => onPage(browser, { viewport: { width, height: 900 } }, async (page) => {
        await open(page, "failed-run", path, "lang=en");
        const error = page.getByText("permission denied (os error 13)").first();
        assert.ok((await error.textContent()).length > 1900);
        const [left, right] = await error.evaluate((each) => {
          const range = document.createRange();
          range.selectNodeContents(each);
          const boxes = [...range.getClientRects()];
          return [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
        });
        assert.ok(left >= 0 && right <= width, `from ${left} to ${right}`);
        await error.scrollIntoViewIfNeeded();
        await picture(page, `failed-run-${path === "/" ? "front" : "runs"}-${width}`);
      }));
    }
  }
});
