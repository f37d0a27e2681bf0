// By keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, launch, onPage, open, openDetails, picture } from "./browser.mjs";

let browser;

before(async () => { browser = await launch(); });
after(() => browser?.close());

/** What has the focus: its place in the document, its box, and how it shows that it has it. */
const focused = (page) => page.evaluate(() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const text = (each.getAttribute("aria-label") ?? each.textContent).trim().replace(/\s+/g, " ").slice(0, 40);
  return {
    place: [...document.querySelectorAll("*")].indexOf(each), name: `${each.tagName.toLowerCase()} ${text}`,
    isShown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    isInSight: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isBody: each === document.body,
  };
});

async function stops(page) {
  const found = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now.isBody || found.some(({ place }) => place === now.place)) return found;
    found.push(now);
    assert.ok(found.length < 1000);
  }
}

const reachable = (page) => page.evaluate(() => [...document.querySelectorAll("*")]
  .map((each, place) => ({ each, place }))
  .filter(({ each }) => each.matches("a[href], button, select, summary, input:not([type=hidden]), [tabindex='0']") && each.checkVisibility())
  .map(({ place }) => place));

for (const [name, viewport] of [["a desk", { width: 1280, height: 900 }], ["a phone", PHONE]]) {
  test(`Tab goes through everything in the order of reading, and shows where it is: ${name}`, () => onPage(browser, { viewport }, async (page) => {
    await open(page, "hospital", "/", "lang=de");
    await openDetails(page);
    const found = await stops(page), places = found.map(({ place }) => place);
    assert.deepEqual(places, [...places].sort((one, other) => one - other), "the order is not the document's");
    assert.deepEqual(places, await reachable(page), "something is passed over");
    assert.deepEqual(found.filter(({ isShown }) => !isShown).map(({ name }) => name), [], "the focus is not seen");
    assert.deepEqual(found.filter(({ isInSight }) => !isInSight).map(({ name }) => name), [], "the focus is out of sight");
  }));
}

test("the order of the document is the order in which the page is seen", () => onPage(browser, {}, async (page) => {
  await open(page, "hospital", "/", "lang=de");
  const boxes = await page.locator(".board > *").evaluateAll((parts) => parts.map((part) => {
    const box = part.getBoundingClientRect();
    return { name: part.id || part.className, left: box.left, top: box.top };
  }));
  boxes.slice(1).forEach((box, at) => {
    const before = boxes[at];
    assert.ok(box.top > before.top || (box.top === before.top && box.left > before.left), `${box.name} is seen before ${before.name}`);
  });
}));

test("the first stop leads past the navigation", () => onPage(browser, {}, async (page) => {
  await open(page, "hospital", "/", "lang=en");
  await page.keyboard.press("Tab");
  const skip = page.locator(":focus");
  assert.equal(await skip.textContent(), "Skip to the content");
  const box = await skip.boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0 && box.width > 50);
  await picture(page, "skip-link");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.querySelector("main").contains(document.activeElement)));
  assert.equal(await page.evaluate(() => document.activeElement.name), "period");
}));

test("every part that scrolls is reached, and scrolls by arrows", () => onPage(browser, { viewport: PHONE }, async (page) => {
  await open(page, "hospital", "/", "lang=de");
  await openDetails(page);
  const unreachable = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((each) => {
    const style = getComputedStyle(each);
    const scrolls = (["auto", "scroll"].includes(style.overflowX) && each.scrollWidth > each.clientWidth)
      || (["auto", "scroll"].includes(style.overflowY) && each.scrollHeight > each.clientHeight);
    return scrolls && each.tabIndex !== 0;
  }).map((each) => each.outerHTML.slice(0, 100)));
  assert.deepEqual(unreachable, []);
  const wide = page.locator("#postings .scroll");
  assert.ok(await wide.evaluate((each) => each.scrollWidth > each.clientWidth), "nothing has to be scrolled");
  await wide.focus();
  for (let time = 0; time < 5; time++) await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.querySelector("#postings .scroll").scrollLeft > 40);
}));

test("the form is filled in and sent by keyboard", () => onPage(browser, { javaScriptEnabled: false }, async (page) => {
  await open(page, "hospital", "/", "lang=de");
  await page.locator("select[name=city]").focus();
  await page.keyboard.type("Bonn");
  while (await page.evaluate(() => document.activeElement.tagName) !== "BUTTON") await page.keyboard.press("Tab");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  const asked = new URL(page.url()).searchParams;
  assert.equal(asked.get("city"), "Bonn");
  assert.equal(asked.get("lang"), "de");
  assert.equal(await page.locator("select[name=city]").inputValue(), "Bonn");
}));

test("a table is opened by keyboard", () => onPage(browser, { javaScriptEnabled: false }, async (page) => {
  await open(page, "hospital", "/dashboard", "lang=de");
  await page.locator("#weekly summary").focus();
  assert.equal(await page.locator("#weekly table").isVisible(), false);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#weekly table").isVisible(), true);
}));
