// Pictures for whoever wants to see it, and the page on paper.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { DESK, PHONE, SCREENSHOTS, launch, onPage, open, openDetails, picture } from "./browser.mjs";
import { cutOff } from "./layout.mjs";
import { marksOf } from "./pdf.mjs";

// A4 without the margins of the style sheet, in CSS pixels
const PAPER = { width: Math.round((210 - 28) / 25.4 * 96), height: Math.round((297 - 28) / 25.4 * 96) };
let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const [name, options] of Object.entries({
  desktop: { viewport: DESK }, dark: { viewport: DESK, colorScheme: "dark" }, phone: { viewport: PHONE, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 700 } }, forced: { viewport: DESK, forcedColors: "active" },
})) {
  test(`a picture: ${name}`, () => onPage(browser, options, async (page) => {
    await open(page, "hospital", "/", "lang=en");
    await picture(page, "dashboard-" + name, { fullPage: true });
    await picture(page, `dashboard-${name}-first`);
  }));
}

test("opened tables", () => onPage(browser, {}, async (page) => {
  await open(page, "hospital", "/", "lang=de");
  await openDetails(page);
  await picture(page, "dashboard-opened", { fullPage: true });
}));

for (const [world, path, language] of [["hospital", "/", "de"], ["hospital", "/dashboard", "en"], ["pipeline", "/", "nl"], ["hostile", "/", "en"], ["failed", "/", "de"]]) {
  test(`on paper no figure is broken and nothing cut off: ${world}${path} ${language}`, () => onPage(browser, {}, async (page) => {
    await open(page, world, path, "lang=" + language);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize(PAPER);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= PAPER.width);
    assert.deepEqual(await page.evaluate(cutOff), []);
    writeFileSync(`${SCREENSHOTS}/paper-${world}-${language}.pdf`, await page.pdf({ format: "A4", preferCSSPageSize: true, printBackground: true }));
    const names = await page.evaluate(mark);
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
    const marks = marksOf(pdf);
    const faults = names.filter((name) => marks.get(name + "/begin") !== marks.get(name + "/end"))
      .map((name) => `${name} begins on page ${marks.get(name + "/begin")} and ends on ${marks.get(name + "/end")}`);
    assert.ok(names.length >= 14 && names.every((name) => marks.has(name + "/begin") && marks.has(name + "/end")), "a mark is missing");
    assert.deepEqual(faults, []);
    assert.ok(new Set(marks.values()).size > 1);
  }));
}

/** Puts a link to the beginning and to the end of each figure, which a PDF tells the page and place of. */
function mark() {
  return [...document.querySelectorAll("figure")].map((figure) => {
    figure.style.position = "relative";
    for (const [name, edge] of [["begin", "top"], ["end", "bottom"]]) {
      const link = Object.assign(document.createElement("a"), { href: `http://mark/${figure.id}/${name}`, textContent: "." });
      Object.assign(link.style, { position: "absolute", [edge]: "0", left: "0", font: "6px sans-serif" });
      figure.append(link);
    }
    return figure.id;
  });
}
